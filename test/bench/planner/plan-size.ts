/** The size of a plan of either planner, and the CPU time to make the plan. */

/** A node of a plan of either planner, with only the fields that are needed here. */
export interface CountedNode {
  readonly kind: string;
  readonly nodes?: readonly CountedNode[];
  readonly node?: CountedNode;
  readonly subgraph?: string;
  readonly serviceName?: string;
  readonly operation?: string;
}

/** The CPU time of this process, in ms. It excludes other processes on the machine. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export interface PlanSize {
  readonly requests: number;
  /** The number of levels. The requests of a level wait for the requests of the previous level. */
  readonly depth: number;
  /** A line for each request, `subgraph: operation`. Requests that run in parallel are indented. */
  readonly text: string;
}

export function sizeOf(plan: CountedNode, indent = ''): PlanSize {
  const { kind, nodes, node, subgraph, serviceName, operation } = plan;
  if (node !== undefined) {
    return sizeOf(node, indent);
  }
  if (nodes === undefined) {
    return {
      requests: 1,
      depth: 1,
      text: `${indent}${subgraph ?? serviceName}: ${operation?.replace(/\s+/g, ' ')}`,
    };
  }
  const isSequence = kind.toLowerCase() === 'sequence';
  const sizes = nodes.map((each) => sizeOf(each, isSequence ? indent : `${indent}| `));
  const depths = sizes.map(({ depth }) => depth);
  return {
    requests: sizes.reduce((sum, { requests }) => sum + requests, 0),
    depth: isSequence ? depths.reduce((sum, depth) => sum + depth, 0) : Math.max(0, ...depths),
    text: sizes.map(({ text }) => text).join('\n'),
  };
}
