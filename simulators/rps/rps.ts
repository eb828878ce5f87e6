import type { Credentials } from '../added-systems.ts';
import {
  contractIn,
  type InjectedError,
  type Reply,
  type RequestContext,
  type SimulatedSystem,
} from '../simulated-system.ts';
import type { Contract, SoapOperation } from '../soap/contract.ts';
import { type HttpMessage, mediaTypeOf, operationNamedBy } from '../soap/http-binding.ts';
import { InvalidRequest } from '../soap/invalid-request.ts';
import { isBlank } from '../soap/read-envelope.ts';
import { validElement } from '../soap/read-payload.ts';
import type { ElementDeclaration } from '../soap/schema.ts';
import { clark, type XmlElement } from '../soap/xml.ts';
import { messageIdOf, readAddressing } from './addressing.ts';
import { controlOf } from './control.ts';
import {
  CALL_CONTEXT,
  type Envelope,
  openEnvelope,
  readDocument,
  tooLarge,
  withoutSoapAttributes,
} from './envelope.ts';
import { EnvelopeFault, TypedFault } from './faults.ts';
import type { Orders } from './ledger/orders.ts';
import type { Ticks } from './ledger/ticks.ts';
import type { Act, Call } from './operations/act.ts';
import { reads } from './operations/reads.ts';
import { REFERENCED, refuseUsed, writes } from './operations/writes.ts';
import { child, optionalText, text } from './requests/fields.ts';
import { RpsClock } from './rps-clock.ts';
import { admit } from './security.ts';
import { type Answered, envelopeFault, success, typedFault } from './wire/answer.ts';

export interface RpsOptions {
  /** Returns the machine's time. RPS's own clock (`RpsClock`) may show another time. */
  readonly machine: () => Date;
  readonly credentials: Credentials;
  readonly orders: Orders;
  /** Called with RPS's time before each request, to synchronize charges between circulation and RPS. */
  readonly carryCharges: (now: Ticks) => void;
}

/** The path of the contract, below `adapters/`. */
const CONTRACT = 'charges/revenue.wsdl';
const PATH = '/rps';
/** These operations also work while RPS is down at the end of the day. */
const ALWAYS_OPEN: ReadonlySet<string> = new Set(['GetOrders', 'ListChanges']);
/** The seconds until the client may try again, in those injected errors that contain this time. */
const BUSY_SECONDS = 5;
/** RPS drops a request for an order, a waiver or a refund that has waited this long, in ms. */
const DROP_AFTER_MS = 60_000;

/**
 * RPS, the vendor's Revenue and Payment System of 2014. SOAP 1.2, document/literal wrapped, from WCF.
 *
 * It has these peculiarities, which are simulated here:
 * - A request passes nine steps of checks: HTTP, envelope, WS-Addressing, WS-Security, schema, end of day, used
 *   reference, validation, business. The first check that fails gives the answer, and nothing is applied.
 * - HTTP is 400 for faults of the Sender, and 500 for all others. Faults from step 6 on are typed.
 * - A reference (`MerchantRef`) can have only one effect, for ever. If it is used again, the answer is a
 *   `DuplicateFault`, whatever the request contains.
 * - `CreateOrder`, `WaiveCharge` and `RefundOrder` are dropped if they were not applied within 60 seconds of their
 *   arrival. Their connection is then closed.
 * - An order is pending for 15 minutes. RPS automatically refunds money that comes later.
 * - Once its clock was set to a time, RPS is down from 23:30 to 00:15 Hong Kong time. In this time, `GetOrders` and
 *   `ListChanges` still work, and orders still end.
 * - Times are UTC with up to seven digits of a second; amounts have two decimals; empty arrays are empty or left out;
 *   paid orders end in an element of another namespace.
 */
export function createRps(options: RpsOptions): SimulatedSystem {
  const rps = new Rps(options);
  const { operations } = rps.contract;
  return {
    path: PATH,
    operations,
    hasSessions: false,
    desk: null,
    restart: () => {},
    control: controlOf(options.orders, rps.clock, rps.catchUp),
    answerTooLarge: (message) => bodiless(operationNamedBy(message, operations), tooLarge(message)),
    answer: (message, context) => rps.answer(message, context),
  };
}

class Rps {
  readonly contract: Contract = contractIn(CONTRACT);
  readonly clock: RpsClock;
  readonly #options: RpsOptions;
  readonly #acts: ReadonlyMap<string, Act>;
  readonly #callContext: ElementDeclaration;
  /** The number of injected errors so far. An answer `busy` contains a delay only if this number is odd. */
  #busyTimes = 0;

  constructor(options: RpsOptions) {
    this.#options = options;
    this.clock = new RpsClock(options.machine);
    this.#acts = new Map(Object.entries({ ...reads(options.orders), ...writes(options.orders) }));
    this.#callContext = this.contract.element(CALL_CONTEXT);
  }

  /** Makes the changes that no request makes: circulation's new charges reach RPS, and pending orders expire. */
  readonly catchUp = (): void => {
    const now = this.clock.now();
    this.#options.carryCharges(now);
    this.#options.orders.expire(now);
  };

  answer(message: HttpMessage, context: RequestContext): Reply {
    const named = operationNamedBy(message, this.contract.operations);
    const root = readDocument(message);
    if (typeof root === 'number') {
      return bodiless(named, root);
    }
    const answered: Answered = { messageId: messageIdOf(root), now: this.#options.machine() };
    let operation: SoapOperation | null = null;
    try {
      const envelope = openEnvelope(root);
      operation = this.#addressedOperation(envelope, message);
      // The security header must have been valid when the request arrived. The request may have waited since then.
      const arrivedAt = new Date(answered.now.getTime() - context.waitedMs);
      admit(envelope.header, this.#options.credentials, arrivedAt);
      const { payload, call } = this.#validContent(envelope, operation);
      if (this.#isDropped(operation, context)) {
        return { ...bodiless(operation.name, 500), closesConnection: true };
      }
      return soapReply(operation.name, 200, this.#act(operation, payload, call, context, answered));
    } catch (error) {
      if (error instanceof EnvelopeFault) {
        const status = error.code === 'Sender' ? 400 : 500;
        return soapReply(operation?.name ?? named, status, envelopeFault(error, answered));
      }
      if (error instanceof TypedFault && operation !== null) {
        const status = error.detail.kind === 'SystemFault' ? 500 : 400;
        return soapReply(operation.name, status, typedFault(operation.name, error, answered));
      }
      throw error;
    }
  }

  /** Step 3 of RPS's nine checks: WS-Addressing. @throws EnvelopeFault */
  #addressedOperation({ header, body }: Envelope, { contentType }: HttpMessage): SoapOperation {
    const { action } = mediaTypeOf(contentType);
    const arrived = { header, payload: body?.children[0] ?? null, path: PATH, httpAction: action };
    return readAddressing(arrived, this.contract);
  }

  /** Step 5 of RPS's nine checks: the schema. @throws EnvelopeFault */
  #validContent(
    { header, body }: Envelope,
    { input }: SoapOperation,
  ): { readonly payload: XmlElement; readonly call: Call } {
    const blocks = (header?.children ?? []).filter(({ uri, local }) => clark(uri, local) === CALL_CONTEXT);
    const [context, ...contexts] = blocks.map(withoutSoapAttributes);
    const [payload, ...others] = body?.children ?? [];
    if (context === undefined || payload === undefined || contexts.length + others.length > 0) {
      throw undeserialized('One CallContext and one element in the Body are wanted.');
    }
    if (!isBlank(body?.text ?? '')) {
      throw undeserialized('There is text in the Body.');
    }
    this.#validate(this.#callContext, context);
    this.#validate(input, payload);
    const call = {
      at: this.clock.now(),
      channel: text(context, 'Channel'),
      clerkId: optionalText(context, 'ClerkId'),
    };
    return { payload, call };
  }

  #validate(declaration: ElementDeclaration, element: XmlElement): void {
    try {
      validElement(declaration, element, { types: this.contract.types, onExcess: () => {} });
    } catch (error) {
      throw error instanceof InvalidRequest
        ? undeserialized(`The request is not valid: ${error.message}.`)
        : error;
    }
  }

  #isDropped({ name }: SoapOperation, { dropsLate, waitedMs }: RequestContext): boolean {
    return dropsLate && waitedMs > DROP_AFTER_MS && REFERENCED.has(name);
  }

  /** Steps 6 to 9 of RPS's nine checks, and the operation itself. @throws TypedFault */
  #act(
    { name }: SoapOperation,
    payload: XmlElement,
    call: Call,
    { injectedError }: RequestContext,
    answered: Answered,
  ): string {
    this.catchUp();
    const closedFor = ALWAYS_OPEN.has(name) ? null : this.clock.closedForSeconds();
    if (closedFor !== null) {
      const detail = { kind: 'SystemFault', retryAfterSeconds: closedFor } as const;
      throw new TypedFault('The books are being closed.', detail);
    }
    if (injectedError !== null) {
      throw this.#busy(injectedError);
    }
    const request = name === 'Ping' ? payload : child(payload, 'request');
    if (REFERENCED.has(name) && request !== null) {
      refuseUsed(this.#options.orders, text(request, 'MerchantRef'));
    }
    const act = this.#acts.get(name);
    if (request === null) {
      const problems = [{ field: 'request', text: 'There is no request.' }];
      throw new TypedFault('The request is not valid.', { kind: 'ValidationFault', problems });
    }
    if (act === undefined) {
      throw new Error(`the simulator does not have ${name}`);
    }
    return success(name, act(request, call), answered);
  }

  #busy({ kind, text: said }: InjectedError): TypedFault {
    this.#busyTimes += 1;
    const saysWhen = kind === 'housekeeping' || (kind === 'busy' && this.#busyTimes % 2 === 1);
    return new TypedFault(`Try again later. ${said}`.trimEnd(), {
      kind: 'SystemFault',
      retryAfterSeconds: saysWhen ? BUSY_SECONDS : null,
    });
  }
}

const undeserialized = (message: string): EnvelopeFault =>
  new EnvelopeFault('DeserializationFailed', message);

const soapReply = (operation: string | null, status: number, body: string): Reply => ({
  operation,
  status,
  contentType: 'application/soap+xml; charset=utf-8',
  body,
});

const bodiless = (operation: string | null, status: number): Reply => ({
  operation,
  status,
  contentType: 'text/plain',
  body: '',
});
