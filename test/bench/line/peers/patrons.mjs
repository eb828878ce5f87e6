import { openClient, rowsByKey } from './soap.mjs';

export const sdl = `
  type Query { me: Patron patrons(first: Int = 20, after: String): PatronConnection! }
  type PatronConnection { totalCount: Int! pageInfo: PageInfo! edges: [PatronEdge!]! }
  type PageInfo { hasNextPage: Boolean! }
  type PatronEdge { node: Patron! }
  type Patron @key(fields: "id") { id: ID! name: PersonName! status: PatronStatus! }
  type PersonName { english: String! chinese: String }
  enum PatronStatus { ACTIVE SUSPENDED CLOSED }
`;

const statuses = { A: 'ACTIVE', S: 'SUSPENDED', C: 'CLOSED' };

export async function open({ prs }) {
  const client = await openClient('patrons', 'patron-registry.wsdl', prs);
  const patronOf = ({ PATRON_NO, DETAILS, STATUS }) => ({
    id: PATRON_NO,
    name: { english: DETAILS.ENG_NAME, chinese: DETAILS.CHI_NAME || null },
    status: statuses[STATUS],
  });
  return {
    createContext: () => ({
      patrons: rowsByKey(
        50,
        ({ id }) => id,
        async (numbers) => {
          const [{ PATRON }] = await client.GetPatronsAsync({ PATRON_NO: numbers });
          return (PATRON ?? []).map(patronOf);
        },
      ),
    }),
    resolvers: {
      Query: {
        me: async (_, _args, { patronId, patrons }) =>
          patronId === null ? null : ((await patrons.load(patronId))[0] ?? null),
        async patrons(_, { first, after }) {
          const last = after ? Buffer.from(after, 'base64url').toString().split(':')[1] : undefined;
          const [{ TOTAL, PATRON = [] }] = await client.SearchPatronsAsync({
            ...(last !== undefined && { AFTER_PATRON_NO: last }),
            MAX_ROWS: first + 1,
          });
          return {
            totalCount: TOTAL,
            pageInfo: { hasNextPage: PATRON.length > first },
            edges: PATRON.slice(0, first).map((row) => ({ node: patronOf(row) })),
          };
        },
      },
      Patron: {
        __resolveReference: async ({ id }, { patrons }) => (await patrons.load(id))[0] ?? null,
      },
    },
  };
}
