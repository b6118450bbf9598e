// Allure Report 3. ostf_dual/reports/html.py hands over the run's cloud and zones by $OSTF_REPORT.
const { cloud, zones, history } = JSON.parse(process.env.OSTF_REPORT);

const title = ({ label, hypervisor }) => (label === hypervisor ? label : `${label} (${hypervisor})`);

const environment = (zone) => ({
  name: title(zone),
  variables: { zone: zone.label, hypervisor: zone.hypervisor },
  matcher: ({ labels }) => labels.some(({ name, value }) => name === "zone" && value === zone.label),
});

// What the outcomes that Allure does not have are called in a message: reports/allure.py puts it in front.
const outcome = (name, title, statuses) => ({
  name: title,
  matchers: { statuses, message: new RegExp(`^${name}: `) },
  groupEnvironments: true,
});

export default {
  name: `Health of ${cloud}`,
  historyPath: history,
  historyLimit: 50,
  environments: Object.fromEntries(zones.map((zone, index) => [`zone-${index}`, environment(zone)])),
  categories: {
    rules: [
      outcome("leaked", "Leaked: something that the run made is left", ["failed"]),
      { name: "Failed: the cloud is wrong", matchers: { statuses: ["failed"] }, groupEnvironments: true, expand: true },
      { name: "Broken: it could not be asked", matchers: { statuses: ["broken"] }, groupEnvironments: true, expand: true },
      outcome("unsupported", "Unsupported by this driver or release", ["skipped"]),
      outcome("not_configured", "Not configured: no access to the second witness", ["skipped"]),
      outcome("not_deployed", "Not deployed: the cloud has no such service", ["skipped"]),
      outcome("skipped", "Skipped by the user", ["skipped"]),
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
          { type: "successRateDistribution", title: "Success by layer" },
          { type: "stabilityDistribution", title: "Stability by layer", groupBy: "feature" },
        ],
      },
    },
  },
};
