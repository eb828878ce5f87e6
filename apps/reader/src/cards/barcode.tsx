import JsBarcode from 'jsbarcode';
import { type ReactNode, useMemo } from 'react';

/** The height of the picture, as a multiple of a narrow bar's width. */
const height = 40;
/** The empty space before and after the bars, which scanners need: ten narrow bars. */
const margin = 10;

/** A part of the barcode from JsBarcode. `data` contains a `1` for each narrow bar, and a `0` for each narrow gap. */
interface Encoding {
  readonly data: string;
}

/**
 * The card's number as a barcode in Codabar, the code of 14-digit library cards. The colours stay black and white even
 * in dark mode, because scanners need them.
 */
export function Barcode({ number, label }: { readonly number: string; readonly label: string }): ReactNode {
  const bits = useMemo(() => bitsOf(number), [number]);
  return (
    <svg
      className="barcode"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${bits.length + 2 * margin} ${height}`}
      preserveAspectRatio="none"
      shapeRendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path fill="#000" d={barsOf(bits)} />
    </svg>
  );
}

function bitsOf(number: string): string {
  const drawn: { readonly encodings?: readonly Encoding[] } = {};
  JsBarcode(drawn, number, { format: 'codabar' });
  return (drawn.encodings ?? []).map(({ data }) => data).join('');
}

/** A rectangle for each sequence of ones. */
const barsOf = (bits: string): string =>
  [...bits.matchAll(/1+/g)]
    .map(({ index, 0: { length } }) => `M${margin + index} 2h${length}v${height - 4}h-${length}z`)
    .join('');
