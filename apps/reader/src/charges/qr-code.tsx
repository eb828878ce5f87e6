import { generate } from 'lean-qr';
import { type ReactNode, useMemo } from 'react';

/**
 * The empty space around the code in squares of the code, as ISO/IEC 18004 asks for, and the width of a square in pixels.
 * The colours stay black and white also in dark mode, because scanners need them.
 */
const look = { pad: 4, scale: 8, on: [0, 0, 0], off: [255, 255, 255] } as const;

/** A QR code, with a link that saves it as a picture: a bank's app on the same telephone can't scan its screen. */
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
