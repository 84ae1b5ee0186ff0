import type { SettingSpec, Settings } from '#worker/domain/carriers/provider.ts'
import { SECOND } from '#worker/domain/time.ts'

/** Settings of every provider that has sessions; flows/sessions/converse.ts reads them off the connection. */
export const SESSION_SETTINGS = {
  deadlineMs: {
    title: 'Deadline',
    help: 'Milliseconds that the carrier waits for a screen, 500 to 60,000. The tenant’s application gets 300 less.',
    kind: 'number',
    required: false,
    default: 4_000,
    pattern: '[5-9]\\d\\d|[1-9]\\d{3}|[1-5]\\d{4}|60000',
  },
  fallback: {
    title: 'Fallback screen',
    help: 'What is shown, as the last screen, when the tenant’s application is late or broken.',
    kind: 'text',
    required: false,
    default: 'سرویس در دسترس نیست.\nService unavailable.',
  },
  screenLength: {
    title: 'Screen length',
    help: 'Characters of the GSM alphabet that one screen holds, 20 to 800; in other alphabets it holds 80 for 182.',
    kind: 'number',
    required: false,
    default: 182,
    pattern: '[2-9]\\d|[1-7]\\d\\d|800',
  },
  sessionSeconds: {
    title: 'Session time-out',
    help: 'Seconds without an input after which a session is over, 10 to 3,600.',
    kind: 'number',
    required: false,
    default: 180,
    pattern: '[1-9]\\d|[1-9]\\d\\d|[12]\\d{3}|3[0-5]\\d\\d|3600',
  },
  resumeSeconds: {
    title: 'Resume',
    help: 'Who dials again within so many seconds of a session that broke off is offered to go on, at most 86,400; 0: never.',
    kind: 'number',
    required: false,
    default: 0,
    pattern: '\\d{1,4}|[1-7]\\d{4}|8[0-5]\\d{3}|86[0-3]\\d\\d|86400',
  },
} as const satisfies Readonly<Record<string, SettingSpec>>

type SessionSetting = keyof typeof SESSION_SETTINGS

/** Session settings of a connection, durations in milliseconds. */
export interface SessionRules {
  /** Milliseconds from the request's arrival until the carrier must have the screen. */
  readonly deadlineMs: number
  readonly fallback: string
  readonly screenLength: number
  readonly sessionMs: number
  /** Milliseconds for which a session that broke off may be resumed; 0: never. */
  readonly resumeMs: number
}

/** Session rules of one connection. Its settings were checked when they were made. */
export function sessionRules(settings: Settings): SessionRules {
  const value = (name: SessionSetting) => settings[name] ?? SESSION_SETTINGS[name].default
  return {
    deadlineMs: Number(value('deadlineMs')),
    fallback: String(value('fallback')),
    screenLength: Number(value('screenLength')),
    sessionMs: Number(value('sessionSeconds')) * SECOND,
    resumeMs: Number(value('resumeSeconds')) * SECOND,
  }
}

/** A provider's own settings, for a driver that knows nothing of sessions. */
export const withoutSession = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !Object.hasOwn(SESSION_SETTINGS, name)))
