const subgraphCount = 100;
const subgraphsPerEntity = 4;
/**
 * Entities are divided into blocks. All entities of a block are in the same subgraphs, and the numbers of these
 * subgraphs differ by `stride`.
 */
const stride = 7;

interface Size {
  /** A multiple of the number of subgraphs. */
  readonly entities: number;
  readonly fieldsPerEntity: number;
  /** The address of a subgraph, by its number. */
  readonly url: (subgraph: number) => string;
}

const range = (length: number) => Array.from({ length }, (_, index) => index);

/**
 * A supergraph of 3 MB with a hundred subgraphs, or of another size. Each entity has a key and is in four subgraphs. The SDL is written
 * directly in the form of a composition's result, because composing so many types would take minutes.
 */
export function largeSupergraph({
  entities = 1_500,
  fieldsPerEntity = 22,
  url = (n) => `http://s${n}`,
}: Partial<Size> = {}): string {
  const entitiesPerBlock = entities / subgraphCount;
  const graphs = range(subgraphCount).map((n) => `  S${n} @join__graph(name: "s${n}", url: "${url(n)}")`);
  const roots = range(subgraphCount).map(
    (n) => `  root${n}: E${n * entitiesPerBlock} @join__field(graph: S${n})`,
  );
  return [
    'schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }',
    `enum join__Graph {\n${graphs.join('\n')}\n}`,
    `type Query ${range(subgraphCount)
      .map((n) => `@join__type(graph: S${n})`)
      .join(' ')} {\n${roots.join('\n')}\n}`,
    ...range(entities).map((n) => entity(n, entitiesPerBlock, fieldsPerEntity)),
  ].join('\n\n');
}

function entity(n: number, entitiesPerBlock: number, fieldsPerEntity: number): string {
  const graphs = range(subgraphsPerEntity).map(
    (step) => (Math.floor(n / entitiesPerBlock) + step * stride) % subgraphCount,
  );
  const joins = graphs.map((graph) => `  @join__type(graph: S${graph}, key: "id")`);
  const fields = range(fieldsPerEntity).map((field) => {
    const graph = graphs[field % graphs.length] ?? 0;
    // The target is an entity that this subgraph also has.
    const block = (graph - (field % subgraphsPerEntity) * stride + subgraphCount) % subgraphCount;
    const target = block * entitiesPerBlock + ((n + field) % entitiesPerBlock);
    const type = field % 3 === 0 ? `E${target}` : field % 3 === 1 ? 'String!' : 'Int';
    return field % 3 === 0
      ? `  """To another entity, in a subgraph that has both."""\n  next${field}: ${type} @join__field(graph: S${graph}, type: "${type}")`
      : `  """A value of this entity, from one of the subgraphs that have it."""\n  value${field}: ${type} @join__field(graph: S${graph})`;
  });
  return `type E${n}\n${joins.join('\n')}\n{\n  id: ID!\n${fields.join('\n')}\n}`;
}
