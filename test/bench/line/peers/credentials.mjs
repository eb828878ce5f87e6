import { WSSecurity } from 'soap';
import { openClient, rowsByKey } from './soap.mjs';

export const sdl = `
  type Patron @key(fields: "id") {
    id: ID!
    libraryCardNumber: ID
    credentials: [Credential!]!
    cardNumbers: [ID!]!
  }
  type Credential { libraryCardNumber: ID! status: CredentialStatus! }
  enum CredentialStatus { ACTIVE LOST SURRENDERED REPLACED DISCONTINUED }
`;

const statuses = { ACT: 'ACTIVE', LST: 'LOST', SUR: 'SURRENDERED', CAN: 'DISCONTINUED' };
const login = { user: 'patron-graph', password: process.env.CMS_PASSWORD };

export async function open({ cms }) {
  const client = await openClient('credentials', 'card-management.wsdl', cms, { forceSoap12Headers: true });
  client.setSecurity(
    new WSSecurity(login.user, login.password, {
      passwordType: 'PasswordDigest',
      hasTimeStamp: false,
      mustUnderstand: true,
    }),
  );
  const cardOf = ({ attributes, cardNo, patronNo, issuedOn }) => ({
    number: cardNo,
    patronId: patronNo,
    type: attributes.type,
    status: attributes.status,
    issuedOn: issuedOn.split('/').reverse().join('-'),
  });
  const order = ({ status, issuedOn, number }) => `${status === 'ACT' ? 1 : 0} ${issuedOn} ${number}`;
  return {
    createContext: () => ({
      cards: rowsByKey(
        25,
        ({ patronId }) => patronId,
        async (ids) => {
          const [{ card }] = await client.GetCardsByPatronAsync({ patronNo: ids });
          return (card ?? []).map(cardOf).sort((one, other) => (order(one) < order(other) ? 1 : -1));
        },
      ),
    }),
    resolvers: {
      Patron: {
        __resolveReference: ({ id }) => ({ id }),
        async libraryCardNumber({ id }, _args, { cards }) {
          const inUse = (await cards.load(id)).filter(({ status }) => status === 'ACT');
          return (inUse.find(({ type }) => type === 'LC') ?? inUse[0])?.number ?? null;
        },
        credentials: async ({ id }, _args, { cards }) =>
          (await cards.load(id)).map(({ number, status }) => ({
            libraryCardNumber: number,
            status: statuses[status],
          })),
        cardNumbers: async ({ id }, _args, { cards }) => (await cards.load(id)).map(({ number }) => number),
      },
    },
  };
}
