import {
  Button,
  DialogButton,
  Field,
  Form,
  formatTime,
  Outcome,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { SetPinDocument } from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import type { CardActProps } from './report-loss.tsx';
import { cardsTexts } from './texts.ts';

/** Sets the PIN of a card in use. The typed PIN is never stored as a draft. */
export function SetPin({ card, name }: Pick<CardActProps, 'card' | 'name'>): ReactNode {
  const texts = useTexts(cardsTexts);
  const { language } = useLanguage();
  const setting = useRequest(SetPinDocument, ({ setPin }) => setPin);
  const { libraryCardNumber } = card;
  return (
    <>
      {card.status === 'ACTIVE' && (
        <DialogButton
          label={texts.setPin}
          title={texts.setPinCard(name, libraryCardNumber)}
          busy={setting.busy}
        >
          {(close) => (
            <PinForm
              onSend={(newPin) => {
                close();
                void setting.run({ input: { libraryCardNumber, newPin } });
              }}
              onClose={close}
            />
          )}
        </DialogButton>
      )}
      <Outcome of={setting}>
        {({ pinLockedUntil }) =>
          pinLockedUntil === null ? texts.pinIsSet : texts.pinLocked(formatTime(pinLockedUntil, language))
        }
      </Outcome>
    </>
  );
}

function PinForm({ onSend, onClose }: { onSend(newPin: string): void; onClose(): void }): ReactNode {
  const texts = useTexts(cardsTexts);
  const [newPin, setNewPin] = useState('');
  const [again, setAgain] = useState('');
  const [isSent, setSent] = useState(false);
  const digits = {
    type: 'password',
    inputMode: 'numeric',
    autoComplete: 'new-password',
    maxLength: 8,
  } as const;
  const isWrong = !/^\d{4,8}$/.test(newPin);
  const send = () => {
    setSent(true);
    if (!isWrong && newPin === again) {
      onSend(newPin);
    }
  };
  return (
    <Form noValidate onSubmit={send}>
      <Field
        {...digits}
        label={texts.newPin}
        hint={texts.newPinHint}
        error={isSent && isWrong ? texts.newPinHint : undefined}
        value={newPin}
        onChange={setNewPin}
      />
      <Field
        {...digits}
        label={texts.newPinAgain}
        error={isSent && newPin !== again ? texts.pinsDiffer : undefined}
        value={again}
        onChange={setAgain}
      />
      <div className="actions">
        <Button type="submit" kind="primary">
          {texts.setPin}
        </Button>
        <Button onClick={onClose}>{texts.notNow}</Button>
      </div>
    </Form>
  );
}
