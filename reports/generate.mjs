// Makes the report as `allure generate` does, and puts the quality gate into it, which only `allure run` would:
//   node generate.mjs ALLURE_FOLDER RESULTS OUT
// OUT/quality-gate.json says how each rule ended; the exit status is 0 whatever that was.
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [allure, results, out] = process.argv.slice(2);
const core = pathToFileURL(join(allure, "node_modules", "@allurereport", "core", "dist", "index.js"));
const { AllureReport, readConfig } = await import(core);

const here = dirname(fileURLToPath(import.meta.url));
const report = new AllureReport(await readConfig(here, join(here, "allurerc.mjs"), { output: out }));
await report.start();
await report.readDirectory(results);
const trs = await report.store.allTestResults({ includeRetries: false });
const gate = await report.validate({ trs });
report.realtimeDispatcher.sendQualityGateResults(gate.results);
await report.done();
