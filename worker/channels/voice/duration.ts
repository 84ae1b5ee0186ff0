import type { VoiceScript } from './content.ts'

/** Characters that speech synthesis reads in a second, Persian and English alike: 130 to 150 words a minute. */
const CHARACTERS_A_SECOND = 14
/** A digit with the pause behind it. */
const DIGIT = 1
/** Between two readings. */
const PAUSE = 1
/** How long an audio file is nobody knows before it is played: taken as half a minute. */
const FILE = 30
/** Until the first word is heard. */
const START = 2

const readingOf = (text: string): number => Math.ceil(text.length / CHARACTERS_A_SECOND)

/** Seconds that a call will about take: an estimate for tariffs and limits, made before anybody has answered. */
export function secondsOf({ say, play, digits, gather }: VoiceScript): number {
  const once = say ? readingOf(say.text) : digits ? digits.code.length * DIGIT : FILE
  const repeat = say?.repeat ?? play?.repeat ?? digits?.repeat ?? 1
  const keys = gather ? readingOf(gather.prompt ?? '') + gather.timeoutSeconds : 0
  return START + once * repeat + PAUSE * (repeat - 1) + keys
}

/** Started minutes. */
export const minutesOf = (seconds: number): number => Math.max(1, Math.ceil(seconds / 60))
