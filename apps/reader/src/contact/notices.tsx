import {
  Button,
  Checkbox,
  Choice,
  Form,
  Loaded,
  Outcome,
  Section,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import {
  type NoticeKind,
  type NoticeLanguage,
  NoticesDocument,
  type NoticesOfReaderFragment,
  SetNoticePreferencesDocument,
} from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import { noticesTexts } from './notices-texts.ts';

/** The notices that the library sends to the reader: their language, and the reminders that can be switched off. */
export function Notices({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(noticesTexts);
  const answer = useQuery(NoticesDocument);
  return (
    <Section title={texts.title}>
      <Loaded answer={answer}>
        {({ me }) =>
          me?.noticePreferences == null ? null : (
            <NoticesForm patronId={patronId} preferences={me.noticePreferences} onSaved={answer.reload} />
          )
        }
      </Loaded>
    </Section>
  );
}

function NoticesForm({
  patronId,
  preferences: { language, kinds },
  onSaved,
}: {
  readonly patronId: string;
  readonly preferences: NoticesOfReaderFragment;
  onSaved(): void;
}): ReactNode {
  const texts = useTexts(noticesTexts);
  const [chosenLanguage, setLanguage] = useState<NoticeLanguage | ''>(language ?? '');
  const [chosen, setChosen] = useState<Partial<Record<NoticeKind, boolean>>>({});
  const saving = useRequest(
    SetNoticePreferencesDocument,
    ({ setNoticePreferences }) => setNoticePreferences,
    onSaved,
  );
  const optional = kinds.filter(({ mayBeSwitchedOff }) => mayBeSwitchedOff);
  const isOn = ({ kind, isOn: wasOn }: NoticesOfReaderFragment['kinds'][number]) => chosen[kind] ?? wasOn;
  const save = () => {
    const on = optional.filter(isOn).map(({ kind }) => kind);
    const off = optional.filter((one) => !isOn(one)).map(({ kind }) => kind);
    const input = { reader: { patronId }, switchOn: on, switchOff: off, language: chosenLanguage || null };
    void saving.run({ input });
  };
  return (
    <Form onSubmit={save}>
      <p>{texts.about}</p>
      <Choice
        label={texts.language}
        value={chosenLanguage}
        options={[
          ...(language === null ? [{ value: '' as const, text: texts.noLanguage }] : []),
          { value: 'TRADITIONAL_CHINESE', text: '繁體中文' },
          { value: 'ENGLISH', text: 'English' },
        ]}
        onChange={setLanguage}
      />
      {optional.map((one) => (
        <p key={one.kind}>
          <Checkbox
            label={texts[one.kind]}
            checked={isOn(one)}
            onChange={(checked) => setChosen({ ...chosen, [one.kind]: checked })}
          />
        </p>
      ))}
      <Button type="submit" kind="primary" busy={saving.busy}>
        {texts.save}
      </Button>
      <Outcome of={saving}>{() => texts.saved}</Outcome>
    </Form>
  );
}
