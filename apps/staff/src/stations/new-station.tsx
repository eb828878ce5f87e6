import { Button, Field, Form, formatTime, Notice, Section, useLanguage, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { BranchField } from '../branch/branch-field.tsx';
import { useOwnBranch } from '../branch/the-branch.ts';
import type { MadeCode, Refusal, StationEnrolments } from './enrolments.ts';
import { stationTexts } from './texts.ts';

type MissingField = 'nameMissing' | 'branchMissing';

/** Creates an enrolment code, and shows the code once. */
export function NewStation({
  enrolments,
  onMade,
}: {
  readonly enrolments: StationEnrolments;
  onMade(): void;
}): ReactNode {
  const texts = useTexts(stationTexts);
  const [name, setName] = useState('');
  const [branch, setBranch] = useState(useOwnBranch());
  const [missing, setMissing] = useState<MissingField | null>(null);
  const { busy, made, refusal, make } = useMakeCode(enrolments);
  const submit = async () => {
    if (name.trim() === '' || branch === null) {
      setMissing(name.trim() === '' ? 'nameMissing' : 'branchMissing');
      return;
    }
    setMissing(null);
    if (await make(name, branch)) {
      setName('');
      onMade();
    }
  };
  const errorOf = (field: MissingField) => (field === missing ? texts[field] : undefined);
  return (
    <Section title={texts.newStation}>
      <Form className="row" onSubmit={() => void submit()} noValidate>
        <Field
          label={texts.name}
          hint={texts.nameHint}
          error={errorOf('nameMissing')}
          maxLength={60}
          value={name}
          onChange={setName}
        />
        <BranchField
          label={texts.branch}
          value={branch}
          error={errorOf('branchMissing')}
          onChange={setBranch}
        />
        <Button type="submit" kind="primary" busy={busy}>
          {texts.makeCode}
        </Button>
      </Form>
      {refusal !== null && <Notice tone="bad">{texts[refusal]}</Notice>}
      {made !== null && <ShownCode made={made} />}
    </Section>
  );
}

/** `make` resolves to whether it has made a code. */
function useMakeCode(enrolments: StationEnrolments) {
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<MadeCode | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const make = async (name: string, branch: string): Promise<boolean> => {
    setBusy(true);
    const answered = await enrolments.makeCode(name, branch);
    setBusy(false);
    if ('refusal' in answered) {
      setRefusal(answered.refusal);
      return false;
    }
    setRefusal(null);
    setMade(answered.value);
    return true;
  };
  return { busy, made, refusal, make };
}

function ShownCode({ made: { code, expiresAt } }: { readonly made: MadeCode }): ReactNode {
  const texts = useTexts(stationTexts);
  const { language } = useLanguage();
  return (
    <Notice tone="good" title={texts.code}>
      <p className="station-code">
        <code>{`${code.slice(0, 4)} ${code.slice(4)}`}</code>
      </p>
      <p>{texts.codeOnce}</p>
      <p>{texts.goodUntil(formatTime(new Date(expiresAt).toISOString(), language))}</p>
      <Button onClick={() => window.print()}>{texts.print}</Button>
    </Notice>
  );
}
