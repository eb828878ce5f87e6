/**
 * A made-up fourth system: ROOMS, where patrons book rooms. It has an entry in the registry and its own folders, which is
 * all that a new system may need.
 */

/** The entry, as it stands in `addedSystems`. */
export const roomsEntry = {
  id: 'rooms',
  name: 'room bookings',
  chineseName: '房間預訂系統',
  inSentence: 'the room booking system',
  isOptional: true,
  adapter: 'bookings',
  contract: { wsdl: 'rooms.wsdl' },
  security: { kind: 'login', simulated: { user: 'rooms-user', password: 'rooms-word' } },
  limits: { connections: 2, maxDeadlineMs: 3_000 },
  callClasses: ['reader', 'background'],
  subgraph: { name: 'bookings', port: 4014 },
  simulator: { path: '/rooms', port: 8114 },
} as const;

const wsdl = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:r="urn:rooms" targetNamespace="urn:rooms" name="Rooms">
  <types>
    <xsd:schema targetNamespace="urn:rooms" elementFormDefault="qualified">
      <xsd:element name="GetBookings">
        <xsd:complexType><xsd:sequence><xsd:element name="PatronNo" type="xsd:string"/></xsd:sequence></xsd:complexType>
      </xsd:element>
      <xsd:element name="GetBookingsResponse">
        <xsd:complexType>
          <xsd:sequence><xsd:element name="Room" type="xsd:string" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence>
        </xsd:complexType>
      </xsd:element>
    </xsd:schema>
  </types>
  <message name="GetBookings"><part name="body" element="r:GetBookings"/></message>
  <message name="GetBookingsResponse"><part name="body" element="r:GetBookingsResponse"/></message>
  <portType name="Rooms">
    <operation name="GetBookings">
      <input message="r:GetBookings"/>
      <output message="r:GetBookingsResponse"/>
    </operation>
  </portType>
  <binding name="Rooms" type="r:Rooms">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="GetBookings">
      <soap:operation soapAction="urn:rooms:GetBookings"/>
      <input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="Rooms"><port name="Rooms" binding="r:Rooms"><soap:address location="http://localhost:8114/rooms"/></port></service>
</definitions>
`;

const adapter = `import type { ByClass } from '../../platform/priority/call-classes.ts';
import { createSoapClient, portOver, type SystemSettings } from '../soap/client.ts';
import { basicAuthentication } from '../soap/plugins/basic.ts';
import * as rooms from './contract.generated.ts';
import type { Bookings } from './port.ts';

export function createBookings({
  user,
  password,
  ...settings
}: SystemSettings & { readonly user: string; readonly password: string }): Bookings &
  ByClass<Bookings> &
  AsyncDisposable {
  const client = createSoapClient<rooms.Operations>({
    ...settings,
    system: 'room bookings',
    contract: rooms.contract,
    reads: ['GetBookings'],
    reasonOf: ({ kind }) => (kind === 'fault' ? 'rejected' : null),
    plugins: [basicAuthentication(user, password)],
  });
  return portOver(client, (calls) => {
    const roomsOf = async (PatronNo: string, signal: AbortSignal) =>
      (await calls.call('GetBookings', { PatronNo }, signal)).Room;
    return { roomsOf, ping: async (signal) => void (await roomsOf('', signal)) };
  });
}
`;

const port = `export interface Bookings {
  /** The rooms that the patron has booked. Rejects only with an \`UpstreamError\`. */
  roomsOf(patronId: string, signal: AbortSignal): Promise<readonly string[]>;
  ping(signal: AbortSignal): Promise<void>;
}
`;

const sdl = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated"])

directive @access(own: Boolean! = false, scopes: [String!]! = [], withPin: [String!]! = []) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION

type Patron @key(fields: "id") {
  id: ID!
  "The rooms that the patron has booked. Null if they can't be read."
  bookedRooms: [String!] @authenticated @access(own: true)
}
`;

const open = `import { createBookings } from '../../adapters/bookings/soap.ts';
import type { OpenAdded } from '../added-systems.ts';
import { requireRead } from '../runtime/caller.ts';
import type { Caller } from '../runtime/caller.ts';
import type { LegacyLogin } from '../runtime/environment/legacy-systems.ts';

interface Context {
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

export const open: OpenAdded<LegacyLogin> = (settings, _, resources) => {
  const bookings = resources.use(createBookings(settings));
  return {
    definition: {
      name: 'bookings',
      createContext: (caller, signal): Context => ({ caller, signal }),
      resolvers: {
        Patron: {
          bookedRooms: ({ id }: { readonly id: string }, _args: unknown, { caller, signal }: Context) => {
            requireRead(caller, id, []);
            return bookings.forClass('reader').roomsOf(id, signal);
          },
        },
      },
    },
    ping: (signal) => bookings.ping(signal),
  };
};
`;

const main = `import { systemOf } from '../../platform/systems.ts';
import { runAdded } from '../added-systems.ts';

await runAdded(systemOf('rooms'));
`;

const simulator = `import type { CreateSystem } from '../added-systems.ts';
import { contractIn } from '../simulated-system.ts';
import { text } from '../soap/fields.ts';
import { receive } from '../soap/http-binding.ts';

export const create: CreateSystem = () => {
  const contract = contractIn('bookings/rooms.wsdl');
  return {
    path: '/rooms',
    operations: contract.operations,
    hasSessions: false,
    desk: null,
    restart: () => {},
    answer: (message) => {
      const { operation, payload } = receive(message, contract);
      const rooms = text(payload, 'PatronNo') === 'P0000001' ? '<r:Room>Reading room 3</r:Room>' : '';
      const content = \`<r:\${operation}Response xmlns:r="urn:rooms">\${rooms}</r:\${operation}Response>\`;
      const body = \`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>\${content}</s:Body></s:Envelope>\`;
      return { operation, status: 200, contentType: 'text/xml', body };
    },
  };
};
`;

/** The files of the system's own folders, by their paths. */
export const roomsFiles: Readonly<Record<string, string>> = {
  'adapters/bookings/rooms.wsdl': wsdl,
  'adapters/bookings/port.ts': port,
  'adapters/bookings/soap.ts': adapter,
  'schema/bookings.graphql': sdl,
  'subgraphs/bookings/open.ts': open,
  'subgraphs/bookings/main.ts': main,
  'simulators/rooms/system.ts': simulator,
};
