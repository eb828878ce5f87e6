#!/usr/bin/env node
/**
 * The command of the package `@patron-graph/gateway`: a gateway for the graph of another project. An older Node would
 * fail at an import, with an unclear error. So this file checks Node's version before it loads anything else.
 */

const oldestNode = 24;

if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  process.stderr.write(
    `patron-graph-gateway needs Node ${oldestNode} or newer. This is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else {
  const { runCommand } = await import('../../../gateway/from-file/command.ts');
  const gateway = { command: 'patron-graph-gateway', startOwnGraph: null };
  await runCommand(gateway, process.argv.slice(2), process.env);
}

export {};
