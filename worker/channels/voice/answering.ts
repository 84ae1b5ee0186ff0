import type { SettingSpec } from '#worker/domain/carriers/provider.ts'
import type { OpenSettings } from '#worker/domain/carriers/settings.ts'

/** Answer to calls to one of our numbers. */
export interface Answering {
  /** Text that is read to the caller; empty: calls are not taken. */
  readonly greeting: string
  /** Longest voice message, in seconds. */
  readonly seconds: number
}

/** Settings for calls that come in, the same for every carrier. */
export const answeringSettings = {
  greeting: {
    title: 'Greeting',
    help: 'Read to people who call; then they leave a voice message. Empty: calls are not taken.',
    kind: 'text',
    required: false,
  },
  recordSeconds: {
    title: 'Longest voice message',
    help: 'Seconds, 2 to 600.',
    kind: 'number',
    required: false,
    default: 120,
  },
} satisfies Readonly<Record<string, SettingSpec>>

/** Gives whole seconds between the carriers' limits. */
export const boundedSeconds = (seconds: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.trunc(seconds)))

export const answeringOf = (settings: OpenSettings): Answering => ({
  greeting: settings.optionalText('greeting'),
  seconds: boundedSeconds(settings.number('recordSeconds'), 2, 600),
})
