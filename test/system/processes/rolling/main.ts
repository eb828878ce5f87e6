/**
 * `npm run measure:rolling` shows the answers that clients get while every service is replaced. It exits with 1 if a
 * request failed.
 */
import { startRollingSystem } from './rolling-system.ts';
import { runScenario, scenarios } from './scenarios.ts';

process.stdout.write(
  '| while clients ask | seconds | requests | failed | slowest answer, ms |\n|---|---|---|---|---|\n',
);
for (const scenario of scenarios) {
  await using system = await startRollingSystem();
  const { clients, seconds } = await runScenario(system, scenario);
  const requests = clients.reduce((sum, client) => sum + client.requests, 0);
  const failures = clients.flatMap((client) => client.failures);
  const slowest = Math.max(...clients.map(({ slowestMs }) => slowestMs));
  process.stdout.write(
    `| ${scenario.name} | ${seconds.toFixed(0)} | ${requests} | ${failures.length} | ${slowest.toFixed(0)} |\n`,
  );
  if (failures.length > 0) {
    process.stderr.write(`${failures.slice(0, 5).join('\n')}\n`);
    process.exitCode = 1;
  }
}
