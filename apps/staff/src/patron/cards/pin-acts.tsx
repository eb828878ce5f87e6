/** Sets a PIN, in two ways: the reader gets a one-time code for the sign-in page, or types the PIN at the desk. */
import { Facts, Field, formatTime, useLanguage, useMutation, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ActForm, problemWith } from '../../acts/act-form.tsx';
import { Slip } from '../../acts/slip.tsx';
import { DeskCreatePinCodeDocument, DeskSetPinDocument } from '../../operations.generated.ts';
import type { CardActProps } from './card-acts.tsx';
import { cardTexts } from './card-texts.ts';

/** The PIN dialogs have no `onDone`, because a new PIN changes nothing on the patron's page. */
type PinActProps = Omit<CardActProps, 'onDone'>;

/** Shows a new one-time code. Only this answer contains the code, so a closed dialog can't show it again. */
export function PinCode({ libraryCardNumber, onClose }: PinActProps): ReactNode {
  const texts = useTexts(cardTexts);
  const { language } = useLanguage();
  const act = useMutation(DeskCreatePinCodeDocument, ({ createPinCode }) => createPinCode);
  return (
    <ActForm
      onClose={onClose}
      act={act}
      variables={() => ({ input: { libraryCardNumber } })}
      submit={texts.makeCode}
      done={({ pinCode, expiresAt }) =>
        pinCode === null || expiresAt === null ? (
          texts.codeExpired
        ) : (
          <Slip title={texts.codeSlip} text={texts.codeSlipText}>
            <Facts
              facts={[
                [texts.libraryCardNumber, libraryCardNumber],
                [
                  texts.pinCode,
                  <strong key="code" className="slip-number">
                    {pinCode}
                  </strong>,
                ],
              ]}
            />
            <p>{texts.codeUntil(formatTime(expiresAt, language))}</p>
          </Slip>
        )
      }
    >
      <p>{texts.pinCodeText}</p>
    </ActForm>
  );
}

export function SetPin({ libraryCardNumber, onClose }: PinActProps): ReactNode {
  const texts = useTexts(cardTexts);
  const { language } = useLanguage();
  const [newPin, setNewPin] = useState('');
  const [again, setAgain] = useState('');
  const act = useMutation(DeskSetPinDocument, ({ setPin }) => setPin);
  // The browser shows this message at the field, and does not submit the form.
  const checkAgain = (field: HTMLInputElement | null) =>
    field?.setCustomValidity(newPin === again ? '' : texts.pinsDiffer);
  const field = {
    type: 'password',
    inputMode: 'numeric',
    required: true,
    autoComplete: 'new-password',
  } as const;
  return (
    <ActForm
      onClose={onClose}
      act={act}
      variables={() => ({ input: { libraryCardNumber, newPin } })}
      submit={texts.setPin}
      done={({ pinLockedUntil }) => (
        <>
          {texts.pinIsSet} {pinLockedUntil !== null && texts.pinLocked(formatTime(pinLockedUntil, language))}
        </>
      )}
    >
      <p>{texts.setPinText}</p>
      <Field
        {...field}
        label={texts.newPin}
        hint={texts.newPinHint}
        value={newPin}
        onChange={setNewPin}
        error={problemWith(act.payload, 'newPin')}
      />
      <Field {...field} label={texts.newPinAgain} value={again} onChange={setAgain} ref={checkAgain} />
    </ActForm>
  );
}
