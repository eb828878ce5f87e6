/**
 * A system's answer: the reply to the operation, or a fault. `Faults` maps the names of the fault elements to the types
 * of their details.
 */
export type SoapResponse<Reply = unknown, Faults extends object = Readonly<Record<string, unknown>>> =
  | SoapReply<Reply>
  | SoapFault<Faults>;

export interface SoapReply<Reply> {
  readonly kind: 'reply';
  /** Null if the contract has no reply, or one with an empty Body. */
  readonly reply: Reply;
  /**
   * The header blocks that the contract declares, by the names of their elements. Absent if the contract declares none.
   */
  readonly headers?: Readonly<Record<string, unknown>>;
}

interface FaultCodes {
  readonly kind: 'fault';
  /** The side that the system blames. */
  readonly side: 'sender' | 'receiver' | 'other';
  /**
   * The more specific code of the fault, as `{namespace}name`. In SOAP 1.2 it is the first subcode. In SOAP 1.1 it is a
   * code that SOAP itself doesn't define. Null if there is none.
   */
  readonly subcode: string | null;
}

/**
 * A fault. `name` is the name of the contract's fault element in the detail. Null if the detail has no valid element of
 * the contract.
 */
export type SoapFault<Faults extends object> =
  | (FaultCodes & {
      readonly name: null;
      readonly detail: null;
      /** Whether the vendor's own fault element is not valid, so that the fault's meaning is unknown. */
      readonly isGarbled: boolean;
    })
  | {
      [Name in keyof Faults]: FaultCodes & {
        readonly name: Name;
        readonly detail: Faults[Name];
        readonly isGarbled: false;
      };
    }[keyof Faults];
