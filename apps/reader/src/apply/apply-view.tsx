import {
  ApplicationEditor,
  type ApplicationForm,
  applicationInput,
  emptyApplication,
  knownApplication,
  Loaded,
  Page,
  useDraft,
  useMutation,
  useQuery,
  useSession,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { ApplicantDocument, ApplyDocument } from '../operations.generated.ts';
import { Receipt, Received } from './received.tsx';
import { applyTexts } from './texts.ts';

/** The application form, for a reader or for a person who isn't registered. */
export function ApplyView(): ReactNode {
  const { patronId } = useSession();
  const texts = useTexts(applyTexts);
  return (
    <Page title={texts.title}>
      {patronId === null ? (
        <>
          <p>{texts.unregistered}</p>
          <Application patronId={null} initial={emptyApplication} />
        </>
      ) : (
        <OfReader patronId={patronId} />
      )}
    </Page>
  );
}

const unread = { name: null, dateOfBirth: null, credentials: null };

/** The form, filled in with the library's data about the reader. */
function OfReader({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(applyTexts);
  const answer = useQuery(ApplicantDocument);
  return (
    <Loaded answer={answer}>
      {({ me }) => (
        <>
          <p>{texts.reader}</p>
          <Application
            patronId={patronId}
            initial={knownApplication({ ...unread, ...me, guarantor: null })}
          />
        </>
      )}
    </Loaded>
  );
}

function Application({
  patronId,
  initial,
}: {
  readonly patronId: string | null;
  readonly initial: ApplicationForm;
}): ReactNode {
  const texts = useTexts(applyTexts);
  const { form, change, clear } = useDraft('application', initial);
  // `useRequest` would also add the application to the reader's list of requests. The list isn't needed here, because
  // the receipt leads back to the application. A person who isn't signed in has no list.
  const application = useMutation(ApplyDocument, ({ submitApplication }) => submitApplication, clear);
  // The receipt is shown even before the application is settled. A person who isn't signed in can't look the receipt up
  // later.
  const receipt = application.payload?.receipt ?? null;
  if (application.state === 'done') {
    return <Received receipt={receipt} />;
  }
  const applying = { channel: 'INTERNET', patronId } as const;
  return (
    <ApplicationEditor
      form={form}
      change={change}
      applying={applying}
      act={application}
      submit={texts.send}
      onSubmit={() => void application.run({ input: applicationInput(form, applying) })}
    >
      {receipt !== null && <Receipt receipt={receipt} />}
    </ApplicationEditor>
  );
}
