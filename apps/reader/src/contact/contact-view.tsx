import { missingAt } from '@patron-graph/kit';
import {
  AddressFields,
  addressLineCount,
  Button,
  EmailField,
  Form,
  Loaded,
  Missing,
  messagesByField,
  Notice,
  Outcome,
  OutcomeRegion,
  Page,
  Section,
  TelephoneField,
  useDraft,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import {
  AmendContactDocument,
  type AmendContactMutationVariables,
  ContactDocument,
  type ContactOfReaderFragment,
} from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { useRequest } from '../requests/requests.ts';
import { Notices } from './notices.tsx';
import { contactTexts } from './texts.ts';

/**
 * The reader's contact details. The form never overwrites a change that somebody else has made since the reader began
 * to type.
 */
export function ContactView(): ReactNode {
  const patronId = usePatronId();
  const texts = useTexts(contactTexts);
  const answer = useQuery(ContactDocument);
  return (
    <Page title={texts.title}>
      <Loaded answer={answer}>
        {({ me }, missing) =>
          me?.contact == null || me.version === null ? (
            <Missing at={missingAt(missing, ['me', 'contact'])} />
          ) : (
            <ContactForm
              patronId={patronId}
              contact={me.contact}
              version={me.version}
              onRead={answer.reload}
            />
          )
        }
      </Loaded>
      <Notices patronId={patronId} />
    </Page>
  );
}

interface Typed {
  readonly lines: readonly string[];
  readonly telephone: string;
  readonly email: string;
  /** The version of the record at the time when the reader began to type. */
  readonly version: string;
}

const formOf = (
  { addressLines: lines, telephone, email }: ContactOfReaderFragment,
  version: string,
): Typed => ({
  lines: Array.from({ length: addressLineCount }, (_, index) => lines[index] ?? ''),
  telephone: telephone ?? '',
  email: email ?? '',
  version,
});

type Changes = Omit<AmendContactMutationVariables['input'], 'reference' | 'reader' | 'version'>;

const clearable = { addressLines: 'ADDRESS_LINES', telephone: 'TELEPHONE', email: 'EMAIL' } as const;
const fieldNames = ['addressLines', 'telephone', 'email'] as const;

/** Returns the fields that differ from the values that were read, and the fields to clear. Null if no field differs. */
function changesOf(form: Typed, read: Typed): Changes | null {
  const typed = contactOf(form);
  const before = contactOf(read);
  const changed = fieldNames.filter((name) => JSON.stringify(typed[name]) !== JSON.stringify(before[name]));
  const given = changed.filter((name) => typed[name].length > 0);
  return changed.length === 0
    ? null
    : {
        ...Object.fromEntries(given.map((name) => [name, typed[name]])),
        clear: changed.filter((name) => typed[name].length === 0).map((name) => clearable[name]),
      };
}

const contactOf = ({ lines, telephone, email }: Typed) => ({
  addressLines: lines.map((line) => line.trim()).filter((line) => line !== ''),
  telephone: telephone.trim(),
  email: email.trim(),
});

function ContactForm({
  patronId,
  contact,
  version,
  onRead,
}: {
  readonly patronId: string;
  readonly contact: ContactOfReaderFragment;
  readonly version: string;
  onRead(): void;
}): ReactNode {
  const texts = useTexts(contactTexts);
  const read = formOf(contact, version);
  const { form, change, clear } = useDraft('contact', read);
  const [isUnchanged, setUnchanged] = useState(false);
  const readAnew = () => {
    clear();
    onRead();
  };
  const amendment = useRequest(AmendContactDocument, ({ amendContact }) => amendContact, readAnew);
  const problems = amendment.state === 'refused' ? (amendment.payload?.problems ?? []) : [];
  const messages = messagesByField(problems);
  const isConflict = problems.some(({ code }) => code === 'VERSION_CONFLICT');
  const type = (fields: Partial<Typed>) => change({ version: form.version, ...fields });
  const save = () => {
    const changes = changesOf(form, read);
    setUnchanged(changes === null);
    if (changes !== null) {
      const input = { reader: { patronId }, version: form.version, ...changes };
      void amendment.run({ input });
    }
  };
  const readAgain = () => {
    amendment.reset();
    readAnew();
  };
  return (
    <Form noValidate onSubmit={save}>
      <Section title={texts.fields}>
        <AddressFields
          lines={form.lines}
          onChange={(lines) => type({ lines })}
          error={messages.get('addressLines')}
        />
        <p className="quiet">
          {contact.addressProven ? texts.proven : texts.notProven} {texts.ifChanged}
        </p>
        <TelephoneField
          value={form.telephone}
          onChange={(telephone) => type({ telephone })}
          error={messages.get('telephone')}
        />
        <EmailField value={form.email} onChange={(email) => type({ email })} error={messages.get('email')} />
        <Button type="submit" kind="primary" busy={amendment.busy}>
          {texts.save}
        </Button>
        <OutcomeRegion isDone={false}>{isUnchanged && <Notice>{texts.nothing}</Notice>}</OutcomeRegion>
        {isConflict ? (
          <Conflict onReadAgain={readAgain} />
        ) : (
          <Outcome of={amendment}>{() => texts.saved}</Outcome>
        )}
      </Section>
    </Form>
  );
}

/** A message that somebody else has changed the record since the reader began to type. */
function Conflict({ onReadAgain }: { onReadAgain(): void }): ReactNode {
  const texts = useTexts(contactTexts);
  return (
    <Notice tone="bad" title={texts.conflict}>
      <p>{texts.conflictText}</p>
      <Button onClick={onReadAgain}>{texts.readAgain}</Button>
    </Notice>
  );
}
