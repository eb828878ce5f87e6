import {
  type Application,
  type CardManagement,
  type CardRefusal,
  type Credential,
  type LossReport,
  type OnReplacement,
  withdrawnByApplicant,
} from '../../../adapters/credentials/port.ts';
import { luhnDigit } from '../../../simulators/check-digits.ts';
import { dayOf, isDay, zonedOf } from '../../../simulators/hong-kong-time.ts';
import { isTellable } from './faulty-connection.ts';
import { refusing } from './refusing.ts';

export interface CardTables {
  readonly cards: Map<string, Credential>;
  /** PINs by card number. A new card has no PIN. */
  readonly pins: Map<string, string>;
  readonly applications: Map<string, Application>;
  readonly reports: LossReport[];
}

const { refuse, orRefused } = refusing<CardRefusal['refused']>();

export { orRefused, refuse };

const isInUse = ({ state }: Credential): boolean => state === 'ACTIVE' || state === 'LOST';

/** Changes cards and applications. A method makes its change or throws a `Refusal`. */
export class CardDrawer {
  readonly #tables: CardTables;
  readonly #clock: () => Date;

  constructor(tables: CardTables, clock: () => Date) {
    this.#tables = tables;
    this.#clock = clock;
  }

  submit(application: Parameters<CardManagement['submitApplication']>[1]): Application {
    const { wants, applicant, guarantor } = application;
    const days = [applicant.dateOfBirth, applicant.smartIdDateOfIssue, guarantor?.signedOn ?? null];
    const isValid = wants.length >= 1 && wants.length <= 2 && isTellable(application);
    if (!isValid || !days.every((day) => day === null || isDay(day))) {
      return refuse('INVALID');
    }
    const id = `A${String(this.#tables.applications.size + 1).padStart(7, '0')}`;
    const submittedAt = zonedOf(this.#clock());
    const open = { decidedAt: null, decidedBy: null, reason: null };
    return this.#keep({ ...application, id, status: 'RECEIVED', submittedAt, ...open });
  }

  decide(id: string, decision: Parameters<CardManagement['decideApplication']>[1]): Application {
    const application = this.#tables.applications.get(id) ?? refuse('NOT_FOUND');
    if (application.status !== 'RECEIVED') {
      refuse('WRONG_STATE');
    }
    const decided = { decidedAt: zonedOf(this.#clock()), decidedBy: decision.decidedBy };
    return this.#keep(
      decision.approve
        ? { ...application, status: 'APPROVED', patronId: decision.patronId, ...decided, reason: null }
        : {
            ...application,
            status: decision.reason === withdrawnByApplicant ? 'WITHDRAWN' : 'REJECTED',
            ...decided,
            reason: decision.reason,
          },
    );
  }

  issue(asked: Parameters<CardManagement['issueCard']>[1]): Credential {
    const facts = asked.kind === 'SMART_ID' ? asked : { identityNumber: null, dateOfIssue: null };
    const { identityNumber, dateOfIssue } = facts;
    if (!isTellable(asked) || (dateOfIssue !== null && !isDay(dateOfIssue))) {
      refuse('INVALID');
    }
    if (identityNumber === '') {
      refuse('WRONG_STATE');
    }
    const cards = [...this.#tables.cards.values()];
    const isEnrolled = (card: Credential) =>
      identityNumber !== null && card.identityNumber === identityNumber;
    if (
      this.#hasInUse(asked.patronId, asked.kind) ||
      cards.some((card) => isEnrolled(card) && isInUse(card))
    ) {
      refuse('ALREADY_EXISTS');
    }
    return this.#put({ ...this.#newCard(asked.patronId, asked.kind), identityNumber, dateOfIssue });
  }

  reportLoss(number: string, onReplacement: OnReplacement | null) {
    const card = this.#known(number);
    const isRight = card.state === 'ACTIVE' && (card.kind === 'SMART_ID') === (onReplacement !== null);
    if (!isRight) {
      refuse('WRONG_STATE');
    }
    const { reports } = this.#tables;
    const report: LossReport = {
      id: `R${String(reports.length + 1).padStart(7, '0')}`,
      libraryCardNumber: number,
      reportedAt: zonedOf(this.#clock()),
      onReplacement,
    };
    reports.push(report);
    const isEnd = onReplacement === 'DISCONTINUE';
    const state = isEnd ? 'CLOSED' : 'LOST';
    return {
      report,
      credential: this.#put({ ...card, state, onReplacement, closedOn: isEnd ? this.#today() : null }),
    };
  }

  replace(number: string, dateOfIssue: string | null): Credential {
    const card = this.#known(number);
    if (dateOfIssue !== null && !isDay(dateOfIssue)) {
      refuse('INVALID');
    }
    if (card.kind === 'LIBRARY_CARD') {
      if (!isInUse(card) || dateOfIssue !== null) {
        refuse('WRONG_STATE');
      }
      if (card.state === 'LOST' && this.#hasInUse(card.patronId, card.kind)) {
        refuse('ALREADY_EXISTS');
      }
      this.#put({ ...card, state: 'CLOSED', closedOn: this.#today() });
      const next = this.#put(this.#newCard(card.patronId, 'LIBRARY_CARD'));
      const pin = this.#tables.pins.get(number);
      if (pin !== undefined) {
        this.#tables.pins.set(next.libraryCardNumber, pin);
      }
      return next;
    }
    const isAwaited = card.state === 'LOST' && card.onReplacement === 'CONTINUE';
    if (!isAwaited || dateOfIssue === null || dateOfIssue <= (card.dateOfIssue ?? '')) {
      refuse('WRONG_STATE');
    }
    return this.#put({ ...card, state: 'ACTIVE', dateOfIssue, onReplacement: null });
  }

  close(number: string, state: 'CLOSED' | 'SURRENDERED'): Credential {
    const card = this.#known(number);
    if (!isInUse(card)) {
      refuse('WRONG_STATE');
    }
    return this.#put({ ...card, state, closedOn: this.#today() });
  }

  print(number: string): Credential {
    const card = this.#known(number);
    if (card.kind !== 'SMART_ID' || card.state !== 'ACTIVE') {
      refuse('WRONG_STATE');
    }
    return this.#put({ ...card, informationCardPrintedOn: this.#today() });
  }

  changePin(number: string, pin: string): void {
    if (!isTellable(pin)) {
      refuse('INVALID');
    }
    if (pin === '') {
      refuse('WRONG_STATE');
    }
    this.#known(number);
    this.#tables.pins.set(number, pin);
  }

  isPin(number: string, pin: string): boolean {
    this.#known(number);
    if (!isTellable(pin)) {
      refuse('INVALID');
    }
    return this.#tables.pins.get(number) === pin;
  }

  #today(): string {
    return dayOf(this.#clock());
  }

  #known(number: string): Credential {
    return this.#tables.cards.get(number) ?? refuse('NOT_FOUND');
  }

  #hasInUse(patronId: string, kind: Credential['kind']): boolean {
    return [...this.#tables.cards.values()].some(
      (card) => card.patronId === patronId && card.kind === kind && card.state === 'ACTIVE',
    );
  }

  #put(card: Credential): Credential {
    this.#tables.cards.set(card.libraryCardNumber, card);
    return card;
  }

  #keep(application: Application): Application {
    this.#tables.applications.set(application.id, application);
    return application;
  }

  #newCard(patronId: string, kind: Credential['kind']): Credential {
    const digits = `21852${String(this.#tables.cards.size + 1).padStart(8, '0')}`;
    return {
      libraryCardNumber: digits + luhnDigit(digits),
      patronId,
      kind,
      state: 'ACTIVE',
      issuedOn: this.#today(),
      closedOn: null,
      identityNumber: null,
      dateOfIssue: null,
      onReplacement: null,
      informationCardPrintedOn: null,
    };
  }
}
