// Allure Report 3. ostf_dual/reports/html.py hands over the run's cloud and zones by $OSTF_REPORT.
import { readFileSync } from "node:fs";

const { cloud, run, zones, history } = JSON.parse(process.env.OSTF_REPORT);
// In Allure 2's own form, so that one list serves both.
const categories = JSON.parse(readFileSync(new URL("categories.json", import.meta.url), "utf-8"));

const title = ({ label, hypervisor }) => (label === hypervisor ? label : `${label} (${hypervisor})`);

const environment = (zone) => ({
  name: title(zone),
  variables: { zone: zone.label, hypervisor: zone.hypervisor, ...zone.facts },
  matcher: ({ labels }) => labels.some(({ name, value }) => name === "zone" && value === zone.label),
});

// A result's environment is its display name here, not its id: a wrong one would match nothing, and pass.
const noFailures = (zone) => ({
  id: title(zone),
  maxFailures: 0,
  filter: (result) => result.environment === title(zone),
});

export default {
  name: `Health of ${cloud} · ${run}`,
  historyPath: history,
  historyLimit: 50,
  environments: Object.fromEntries(zones.map((zone, index) => [`zone-${index}`, environment(zone)])),
  categories: { rules: categories.map((rule) => ({ ...rule, groupEnvironments: true, expand: true })) },
  qualityGate: {
    rules: [
      ...zones.map(noFailures),
      {
        id: "every expected zone was asked",
        environmentsTested: zones.filter(({ expected }) => expected).map(title),
        minTestsCount: 1,
      },
    ],
  },
  plugins: {
    awesome: {
      options: {
        reportName: `Health of ${cloud}`,
        reportLanguage: "en",
        singleFile: true,
        theme: "auto",
        groupBy: ["feature"],
        sections: ["charts", "timeline"],
        defaultSection: "report",
        charts: [
          { type: "problemsDistribution", title: "Problems by zone", by: "environment" },
          { type: "currentStatus", title: "Now" },
          { type: "statusDynamics", title: "Last runs" },
          { type: "statusTransitions", title: "Regressed and fixed" },
          { type: "durationDynamics", title: "How long the runs took" },
          { type: "successRateDistribution", title: "Success by layer" },
          { type: "stabilityDistribution", title: "Stability by layer", groupBy: "feature" },
          { type: "testResultSeverities", title: "By severity" },
        ],
      },
    },
  },
};
