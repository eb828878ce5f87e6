import { generate } from 'lean-qr';
import { type ReactNode, useMemo } from 'react';

/**
 * `pad` is the empty space around the code, in squares of the code, as ISO/IEC 18004 requires. `scale` is the width of a
 * square in pixels. The colours stay black and white even in dark mode, because scanners need them.
 */
const look = { pad: 4, scale: 8, on: [0, 0, 0], off: [255, 255, 255] } as const;

/**
 * A QR code, with a link that saves it as a picture. A banking app on the same phone can't scan the phone's screen, but
 * can read a picture.
 */
export function QrCode({
  text,
  label,
  save,
}: {
  readonly text: string;
  readonly label: string;
  readonly save: string;
}): ReactNode {
  const picture = useMemo(() => generate(text).toDataURL(look), [text]);
  return (
    <>
      <img className="qr-code" src={picture} alt={label} />
      <p>
        <a href={picture} download="payment.png">
          {save}
        </a>
      </p>
    </>
  );
}
