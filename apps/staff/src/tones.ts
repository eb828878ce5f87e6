/** The tones of badges for the schema's values. If a value has no tone, the code doesn't compile. */
import type { Tone } from '@patron-graph/ui';
import type {
  ApplicationStatus,
  CredentialStatus,
  OperationState,
  PatronStatus,
} from './operations.generated.ts';

type Tones<Value extends string> = Readonly<Record<Value, Tone>>;

export const patronStatusTones: Tones<PatronStatus> = { ACTIVE: 'good', SUSPENDED: 'warning', CLOSED: 'bad' };

export const cardStatusTones: Tones<CredentialStatus> = {
  ACTIVE: 'good',
  LOST: 'bad',
  DISCONTINUED: 'neutral',
  SURRENDERED: 'neutral',
  REPLACED: 'neutral',
};

export const applicationStatusTones: Tones<ApplicationStatus> = {
  RECEIVED: 'warning',
  APPROVED: 'good',
  REJECTED: 'bad',
  WITHDRAWN: 'neutral',
};

export const operationStateTones: Tones<OperationState> = {
  DONE: 'good',
  PARTLY_DONE: 'warning',
  REFUSED: 'bad',
  UNSETTLED: 'warning',
};

/** The state of a copy at a desk, or of an application that is decided with others. */
export type SendState = 'waiting' | 'sending' | 'unsettled' | 'done' | 'refused' | 'failed';

export const sendTones: Tones<SendState> = {
  waiting: 'neutral',
  sending: 'neutral',
  unsettled: 'warning',
  done: 'good',
  refused: 'bad',
  failed: 'bad',
};
