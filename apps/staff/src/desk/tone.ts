/** Plays a low tone when a row needs attention, because people who scan look at the copies and not at the screen. */
import { useEffect, useRef, useState } from 'react';
import type { DeskState } from './desk-store.ts';

/** The key in the browser's storage. Each browser, and so each desk, stores whether it plays the tone. */
const storedAs = 'desk-tone';

let context: AudioContext | null = null;

/**
 * Browsers play sound only after a key or a button was pressed. A scan is enough, because a scanner also presses keys.
 */
function play(): void {
  context ??= new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  const { currentTime } = context;
  tone.type = 'square';
  tone.frequency.value = 220;
  volume.gain.value = 0.08;
  tone.connect(volume).connect(context.destination);
  tone.start(currentTime);
  tone.stop(currentTime + 0.25);
}

interface ToneChoice {
  readonly isOn: boolean;
  setOn(isOn: boolean): void;
}

/** Plays the tone whenever a row is refused or has no answer, unless the tone is switched off. */
export function useTone({ rows, lastAnnounced }: DeskState): ToneChoice {
  const [isOn, setOn] = useState(() => window.localStorage.getItem(storedAs) !== 'off');
  const told = rows.find(({ reference }) => reference === lastAnnounced);
  const isBad = told?.state === 'refused' || told?.state === 'failed';
  const outcome = told === undefined ? '' : `${told.reference} ${told.state}`;
  // An outcome that is older than this view plays no tone.
  const heard = useRef(outcome);
  useEffect(() => {
    if (heard.current !== outcome) {
      heard.current = outcome;
      if (isOn && isBad) {
        play();
      }
    }
  }, [isOn, isBad, outcome]);
  return {
    isOn,
    setOn(next) {
      window.localStorage.setItem(storedAs, next ? 'on' : 'off');
      setOn(next);
    },
  };
}
