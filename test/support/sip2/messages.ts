/** The messages of a self-service station and an e-book service, in the form of the protocol text. */

/** A local date and time of the terminal, `20261124    120000`. */
const someDate = '20261124    120000';
const noDate = ' '.repeat(18);

type Fields = Readonly<Record<string, string | undefined>>;

/** Identified fields in the given order. Undefined fields are left out. */
const identified = (fields: Fields): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([id, value]) => `${id}${value}|`)
    .join('');

interface Reader {
  readonly patron: string;
  readonly pin?: string | undefined;
  readonly date?: string;
  /** More fields, such as those of a smart identity card. */
  readonly more?: Fields;
}

export const login = (user: string, password: string, location?: string): string =>
  `9300${identified({ CN: user, CO: password, CP: location })}`;

export const scStatus = (): string => '9900802.00';

export const patronStatus = ({ patron, pin = '', date = someDate, more }: Reader): string =>
  `23001${date}${identified({ AO: 'DEMO', AA: patron, AC: '', AD: pin, ...more })}`;

/** Asks for information about a patron. `summary` names the list that is wanted in detail. */
export const patronInformation = ({
  patron,
  pin,
  date = someDate,
  summary = '',
  more,
  language = '001',
}: Reader & { readonly summary?: string; readonly language?: string }): string =>
  `63${language}${date}${summary.padEnd(10)}${identified({ AO: 'DEMO', AA: patron, AC: '', AD: pin, ...more })}`;

export const summaries = { holds: 'Y', overdue: ' Y', charged: '  Y', unavailableHolds: '     Y' } as const;

export const itemInformation = (item: string): string =>
  `17${someDate}${identified({ AO: 'DEMO', AB: item, AC: '' })}`;

interface Loan extends Reader {
  readonly item: string;
  /** Whether the loan was made while the server was unreachable. */
  readonly noBlock?: boolean;
}

export const checkOut = ({ patron, item, pin, date = someDate, noBlock = false, more }: Loan): string =>
  `11${'Y'}${noBlock ? 'Y' : 'N'}${date}${noDate}${identified({ AO: 'DEMO', AA: patron, AB: item, AC: '', AD: pin, ...more })}`;

export const checkIn = ({
  item,
  date = someDate,
  noBlock = false,
  more,
}: Pick<Loan, 'item' | 'date' | 'noBlock' | 'more'>): string =>
  `09${noBlock ? 'Y' : 'N'}${date}${date}${identified({ AP: '', AO: 'DEMO', AB: item, AC: '', ...more })}`;

export const renew = ({ patron, item, pin, date = someDate, more }: Loan): string =>
  `29${'N'}${'N'}${date}${noDate}${identified({ AO: 'DEMO', AA: patron, AD: pin, AB: item, AC: '', ...more })}`;

export const renewAll = ({ patron, pin, date = someDate }: Reader): string =>
  `65${date}${identified({ AO: 'DEMO', AA: patron, AD: pin, AC: '' })}`;

export const hold = ({
  mode,
  patron,
  pin,
  title,
  item,
  pickup,
  date = someDate,
}: Reader & {
  readonly mode: '+' | '-' | '*';
  readonly title?: string;
  readonly item?: string;
  readonly pickup?: string;
}): string =>
  `15${mode}${date}${identified({ BS: pickup, BY: '2', AO: 'DEMO', AA: patron, AD: pin, AB: item, AJ: title, AC: '' })}`;

export const patronEnable = ({ patron, pin, date = someDate }: Reader): string =>
  `25${date}${identified({ AO: 'DEMO', AA: patron, AC: '', AD: pin })}`;

export const endSession = ({ patron, date = someDate }: Reader): string =>
  `35${date}${identified({ AO: 'DEMO', AA: patron, AC: '', AD: '' })}`;

export const blockPatron = ({ patron, date = someDate }: Reader): string =>
  `01N${date}${identified({ AO: 'DEMO', AL: 'left behind', AA: patron, AC: '' })}`;

/** `BV` is `amount`, in dollars, and `CG` the charge that is paid. */
export const feePaid = ({
  patron,
  pin,
  date = someDate,
  amount = '10.00',
  currency = 'HKD',
  charge,
}: Reader & { readonly amount?: string; readonly currency?: string; readonly charge?: string }): string =>
  `37${date}0100${currency}${identified({ BV: amount, AO: 'DEMO', AA: patron, AD: pin, CG: charge })}`;

export const itemStatusUpdate = (item: string): string =>
  `19${someDate}${identified({ AO: 'DEMO', AB: item, CH: 'heavy' })}`;
