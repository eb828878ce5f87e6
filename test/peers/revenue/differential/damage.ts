import { pick } from '../../../support/random.ts';
import { actionOf, operations, type RawRequest, securityHeader } from '../raw-request.ts';

/** A request as it goes over the wire: its `Content-Type`, and a function that makes its bytes from its text. */
export interface DamagedRequest {
  readonly contentType: string;
  readonly envelope: RawRequest;
  /** What is done to the text of the envelope. */
  readonly edit: (text: string) => string;
}

type Damage = (request: RawRequest, random: () => number) => Partial<RawRequest>;

const header =
  (xml: string): Damage =>
  (request) => ({ headers: request.headers + xml });
const SOAP_ROLE = 'http://www.w3.org/2003/05/soap-envelope/role';
const ANONYMOUS = 'http://www.w3.org/2005/08/addressing/anonymous';
const replyTo = (address: string): string => `<a:ReplyTo><a:Address>${address}</a:Address></a:ReplyTo>`;
const secured =
  (parts: Parameters<typeof securityHeader>[0]): Damage =>
  () => ({ security: securityHeader(parts) });
const editSecurity =
  (pattern: RegExp | string, replacement: string): Damage =>
  ({ security }) => ({ security: security.replace(pattern, replacement) });
const to =
  (address: string): Damage =>
  () => ({ to: `<a:To>${address}</a:To>` });

/** Damages of the steps 1 to 4, and things that look like damages. */
const outside: readonly Damage[] = [
  () => ({ contentType: 'text/xml; charset=utf-8' }),
  () => ({ contentType: 'application/xml' }),
  () => ({ contentType: 'APPLICATION/SOAP+XML' }),
  () => ({ contentType: 'application/soap+xml; charset="utf-8"; action=""' }),
  () => ({ contentType: `application/soap+xml;action="${actionOf('Ping')}"` }),
  (request) => ({ contentType: `application/soap+xml; action="${/>(.*?)</.exec(request.action)?.[1]}"` }),
  () => ({ envelopeNamespace: 'http://schemas.xmlsoap.org/soap/envelope/' }),
  () => ({ envelopeNamespace: 'urn:no-soap' }),
  header('<x:Trace xmlns:x="urn:x" s:mustUnderstand="1"/>'),
  header('<x:Trace xmlns:x="urn:x" s:mustUnderstand="true"><x:y/></x:Trace>'),
  header('<x:Trace xmlns:x="urn:x" s:mustUnderstand="0"/>'),
  header('<x:Trace xmlns:x="urn:x"/>'),
  header(`<x:Trace xmlns:x="urn:x" s:mustUnderstand="1" s:role="${SOAP_ROLE}/next"/>`),
  header('<a:RelatesTo s:mustUnderstand="1">urn:x</a:RelatesTo>'),
  () => ({ action: '' }),
  () => ({ messageId: '' }),
  () => ({ to: '' }),
  () => ({ action: '', to: '', messageId: '' }),
  ({ action }) => ({ action: action.repeat(2) }),
  ({ messageId }) => ({ messageId: messageId.repeat(2) }),
  (request) => ({ to: request.to.repeat(2) }),
  ({ messageId }) => ({ messageId: messageId.repeat(2), to: '' }),
  (_, random) => ({ action: `<a:Action>${actionOf(pick(random, operations))}</a:Action>` }),
  () => ({ action: '<a:Action>urn:other</a:Action>' }),
  () => ({ action: `<a:Action>${actionOf('Refund')}</a:Action>` }),
  ({ action }) => ({ action: action.replace(/>(.*?)</, '> $1\n<') }),
  header(replyTo(ANONYMOUS)),
  header(replyTo(ANONYMOUS).repeat(2)),
  header(replyTo('http://elsewhere.example/')),
  header(replyTo('http://www.w3.org/2005/08/addressing/none')),
  header(replyTo(ANONYMOUS).replaceAll('ReplyTo', 'FaultTo')),
  header(replyTo('http://elsewhere.example/').replaceAll('ReplyTo', 'FaultTo')),
  header(replyTo('http://elsewhere.example/').replaceAll('ReplyTo', 'From')),
  header(replyTo(` ${ANONYMOUS}\n`)),
  header('<a:ReplyTo/>'),
  header('<a:Unknown s:mustUnderstand="1"/>'),
  header('<m:Unknown s:mustUnderstand="1"/>'),
  header('<u:Unknown s:mustUnderstand="1"/>'),
  header('<x:Trace xmlns:x="urn:x" s:mustUnderstand=" 1 "/>'),
  header('<x:Trace xmlns:x="urn:x" s:mustUnderstand="1" s:role="urn:another"/>'),
  header(`<x:Trace xmlns:x="urn:x" s:mustUnderstand="1" s:role="${SOAP_ROLE}/none"/>`),
  () => ({ messageId: '<a:MessageID> </a:MessageID>' }),
  () => ({ messageId: '<a:MessageID>no-urn</a:MessageID>' }),
  to('https://rps.library.example/rps/RevenueService.svc?wsdl'),
  to('https://rps.library.example/RPS/RevenueService.svc'),
  to(' https://rps.library.example/rps/RevenueService.svc\n'),
  to('net.tcp://rps.library.example/rps/RevenueService.svc'),
  to('http://other-host.example:81/rps/RevenueService.svc'),
  to('https://rps.library.example/rps/Other.svc'),
  to('https://rps.library.example/rps/RevenueService.svc/'),
  to('/rps/RevenueService.svc'),
  to('urn:rps'),
  to(ANONYMOUS),
  () => ({ to: '<a:To>https://x.example/y</a:To>', action: '<a:Action>urn:other</a:Action>' }),
  () => ({ security: '' }),
  ({ security }) => ({ security: security.repeat(2) }),
  ({ security }) => ({ security: '', to: '', headers: security }),
  secured({ createdMs: -310_000 }),
  secured({ createdMs: 310_000, expiresMs: 600_000 }),
  secured({ createdMs: -290_000 }),
  secured({ createdMs: -60_000, expiresMs: -30_000 }),
  secured({ createdMs: 60_000, expiresMs: 30_000 }),
  secured({ user: 'somebody' }),
  secured({ password: 'wrong' }),
  secured({ type: null }),
  secured({ type: 'urn:digest' }),
  secured({ createdMs: -310_000, password: 'wrong' }),
  editSecurity(/<u:Timestamp>.*<\/u:Timestamp>/, ''),
  editSecurity(/<u:Created>.*?<\/u:Created>/, ''),
  editSecurity(/<u:Expires>.*?<\/u:Expires>/, ''),
  editSecurity(/<u:Created>.*?</, '<u:Created>yesterday<'),
  editSecurity(/(<u:Timestamp>.*<\/u:Timestamp>)/, '$1$1'),
  editSecurity(/<o:UsernameToken>.*<\/o:UsernameToken>/, ''),
  editSecurity(/(<o:UsernameToken>.*<\/o:UsernameToken>)/, '$1$1'),
  editSecurity(/<o:Username>.*<\/o:Username>/, ''),
  editSecurity(/<o:Password.*<\/o:Password>/, ''),
  editSecurity(/ s:mustUnderstand="1"/, ''),
  editSecurity('</o:Password>', '</o:Password><o:Nonce>AAAA</o:Nonce>'),
  editSecurity('<u:Timestamp>', '<u:Timestamp u:Id="_0">'),
  editSecurity(/(<u:Created>.*?<\/u:Created>)(<u:Expires>.*?<\/u:Expires>)/, '$2$1'),
  editSecurity(/(<u:Timestamp>.*<\/u:Timestamp>)(.*)<\/o:Security>/, '$2$1</o:Security>'),
  editSecurity(/(:\d\d)\.\d+Z/g, '$1Z'),
  editSecurity(/(:\d\d)\.\d+Z/g, '$1.1234567Z'),
  editSecurity(/<u:Created>(.*?)<\/u:Created>/, '<u:Created>\n $1 </u:Created>'),
  editSecurity(/<o:Username>(.*?)<\/o:Username>/, '<o:Username> $1 </o:Username>'),
  editSecurity(/<u:Created>.*?</, '<u:Created>2026-02-30T00:00:00Z<'),
  () => ({ callContext: '' }),
  ({ callContext }) => ({ callContext: callContext.repeat(2) }),
  ({ callContext }) => ({
    callContext: callContext.replace('<m:CallContext', '<m:CallContext s:mustUnderstand="1"'),
  }),
  ({ callContext }) => ({ callContext: callContext.replaceAll('m:CallContext', 't:CallContext') }),
  ({ body }) => ({ body: `${body}<m:Ping/>` }),
  () => ({ body: '' }),
  () => ({ body: '<m:Unknown/>' }),
];

const whole: readonly ((text: string) => string)[] = [
  () => '',
  () => '<a/>',
  (text) => text.slice(0, -3),
  (text) => `<!DOCTYPE a>${text}`,
  (text) => `<!DOCTYPE a [<!ENTITY e "x">]>${text}`,
  (text) => `<?xml version="1.0" encoding="utf-8"?>${text}`,
  (text) => `\uFEFF${text}`,
  (text) => ` ${text}`,
  (text) => ` <?xml version="1.0"?>${text}`,
  (text) => `<!-- before -->${text}<!-- after -->`,
  (text) => text.padEnd(66_000),
  (text) => text.padEnd(64_000),
  (text) => text.replace('</s:Body>', ''),
  (text) => text.replace('<s:Body>', '<s:Body x="1" x="2">'),
  (text) => text.replace('<s:Body>', '<s:Body>&nbsp;'),
  (text) => text.replace('<s:Body>', '<s:Body>\n  ').replace('</s:Body>', '\n</s:Body>'),
  (text) => text.replace(/<s:Header>.*<\/s:Header>/, ''),
  (text) => text.replace('</s:Header>', '</s:Header>stray'),
  (text) => text.replace(/(<s:Body>.*<\/s:Body>)/, '$1$1'),
  (text) => text.replace('<s:Body>', '<s:Body u:Id="_1">'),
  (text) => text.replaceAll('s:', 'soap:').replaceAll('xmlns:soap:', 'xmlns:'),
  (text) => text.replaceAll('t:', 'types:').replace('xmlns:types=', 'xmlns:types='),
];

/** Texts for values of any type. */
const values = [
  '',
  ' ',
  'x',
  '0',
  '1',
  '01',
  'true',
  'TRUE',
  ' true ',
  '1.5',
  '1.50',
  ' 1.50 ',
  '\n1.50',
  '+1.50',
  '-1.50',
  '.50',
  '1.500',
  '00000001.00',
  '0000001.00',
  '1e2',
  'NaN',
  '2147483648',
  '9223372036854775808',
  'P0000001 ',
  'P000001',
  'p0000001',
  'P٠٠٠٠٠٠١',
  'G0000001',
  'G00000011',
  'RO2026000001',
  'ro2026000001',
  'Web',
  'web',
  'staff-hkcl',
  'a',
  'a b',
  'x'.repeat(64),
  'x'.repeat(65),
  '00000000-0000-4000-8000-000000000001',
  '٠0000000-0000-4000-8000-000000000001',
  '{00000000-0000-4000-8000-000000000001}',
  'https://library.example/',
  'https://library.example/a b',
  'https://library.example/ü',
  'http://[::1',
  '%zz',
];

/** Damages of the schema: one element or one value is changed. `tag` is a start tag in the text. */
const inside: readonly ((element: string, tag: string, random: () => number) => string)[] = [
  () => '',
  (element) => element + element,
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' i:nil="true"$&')),
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' i:nil="false"$&')),
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' i:nil="maybe"$&')),
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' x="1"$&')),
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' currency="HKD"$&')),
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' currency="USD"$&')),
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' xml:lang="en"$&')),
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' i:type="t:FpsMethod"$&')),
  (element, tag) => element.replace(tag, tag.replace(/\/?>$/, ' i:type="t:Nothing"$&')),
  (element, tag) => element.replace(/ i:type="[^"]*"/, '').replace(tag, tag.replace(/ i:type="[^"]*"/, '')),
  (element) => element.replace(/ (?:Brands|Provider)="[^"]*"/, ''),
  (element) => element.replace(/ (Brands|Provider)="[^"]*"/, ' $1="Visa PayMe"'),
  (element) => element.replace(/^<[tc]:(\w+)/, '<m:$1').replace(/<\/[tc]:(\w+)>$/, '</m:$1>'),
  (element) => element.replace(/^<\w:(\w+)/, '<t:Other').replace(/<\/\w:(\w+)>$/, '</t:Other>'),
  (element, tag) => element.replace(tag, `${tag}<!-- comment -->`),
  (element, tag) => (tag.endsWith('/>') ? element : element.replace(tag, `${tag}<?p i?>`)),
  (element, tag) => (tag.endsWith('/>') ? element : element.replace(tag, `${tag}stray`)),
  (element, tag) => (tag.endsWith('/>') ? element : element.replace(tag, `${tag}\n  `)),
  (element, tag) => (tag.endsWith('/>') ? element : element.replace(tag, `${tag}<t:Extra/>`)),
  (element) => element.replace(/>([^<>]+)</, '><![CDATA[$1]]><'),
  (element) =>
    element.replace(
      />([^<>&])([^<>]*)</,
      (_, first: string, rest: string) => `>&#x${first.codePointAt(0)?.toString(16)};${rest}<`,
    ),
  ...Array.from(
    { length: 12 },
    () => (element: string, tag: string, random: () => number) =>
      tag.endsWith('/>') ? element : element.replace(/>[^<>]*</, `>${pick(random, values)}<`),
  ),
];

const asItIs = (text: string): string => text;

/** A request with one or two random damages, some of which leave it valid. */
export function damaged(request: RawRequest, random: () => number): DamagedRequest {
  let envelope = request;
  let edit = asItIs;
  for (let count = random() < 0.2 ? 2 : 1; count > 0; count -= 1) {
    const roll = random();
    if (roll < 0.35) {
      envelope = { ...envelope, ...pick(random, outside)(envelope, random) };
    } else if (roll < 0.42) {
      edit = pick(random, whole);
    } else if (roll < 0.5) {
      envelope = { ...envelope, callContext: changeInside(envelope.callContext, random) };
    } else {
      envelope = { ...envelope, body: changeInside(envelope.body, random) };
    }
  }
  return { contentType: envelope.contentType, envelope, edit };
}

/** Changes one element of the text, which has no element inside an element of its own name. */
function changeInside(text: string, random: () => number): string {
  const tags = [...text.matchAll(/<(\w+:\w+)(?: [^<>]*?)?\/?>/g)];
  if (tags.length === 0) {
    return text;
  }
  const found = pick(random, tags);
  const [tag, name = ''] = found;
  const end = tag.endsWith('/>')
    ? found.index + tag.length
    : text.indexOf(`</${name}>`, found.index) + name.length + 3;
  const element = text.slice(found.index, end);
  return text.slice(0, found.index) + pick(random, inside)(element, tag, random) + text.slice(end);
}
