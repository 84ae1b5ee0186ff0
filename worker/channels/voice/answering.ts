import type { SettingSpec } from '#worker/domain/carriers/provider.ts'
import type { OpenSettings } from '#worker/domain/carriers/settings.ts'

/** What people hear who call one of our numbers. */
export interface Answering {
  /** Empty: calls are not taken. */
  readonly greeting: string
  /** Longest voice message. */
  readonly seconds: number
}

/** What an operator fills in for calls that come in, whatever the carrier. */
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

/** Whole seconds, not outside what the carriers take. */
export const boundedSeconds = (seconds: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, Math.trunc(seconds)))

export const answeringOf = (settings: OpenSettings): Answering => ({
  greeting: settings.optionalText('greeting'),
  seconds: boundedSeconds(settings.number('recordSeconds'), 2, 600),
})
