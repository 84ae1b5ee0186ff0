import type { VoiceScript } from './content.ts'

/** Characters that speech synthesis reads in a second, Persian and English alike: 130 to 150 words a minute. */
const CHARACTERS_A_SECOND = 14
/** Seconds of a digit with the pause behind it. */
const DIGIT = 1
/** Seconds between two readings. */
const PAUSE = 1
/** Seconds taken for an audio file, whose length nobody knows before it is played. */
const FILE = 30
/** Seconds until the first word is heard. */
const START = 2

const readingOf = (text: string): number => Math.ceil(text.length / CHARACTERS_A_SECOND)

/** Estimates the seconds of a call before anybody has answered, for tariffs and limits. */
export function secondsOf({ say, play, digits, gather }: VoiceScript): number {
  const once = say ? readingOf(say.text) : digits ? digits.code.length * DIGIT : FILE
  const repeat = say?.repeat ?? play?.repeat ?? digits?.repeat ?? 1
  const keys = gather ? readingOf(gather.prompt ?? '') + gather.timeoutSeconds : 0
  return START + once * repeat + PAUSE * (repeat - 1) + keys
}

/** Gives the started minutes, at least one. */
export const minutesOf = (seconds: number): number => Math.max(1, Math.ceil(seconds / 60))
