import type { Channels } from '../domain/channel.ts'
import { chatRules } from './chat/rules.ts'
import { emailRules } from './email/rules.ts'
import { pushRules } from './push/rules.ts'
import { smsRules } from './sms/rules.ts'
import { ussdRules } from './ussd/rules.ts'
import { voiceRules } from './voice/rules.ts'

/** The channels for a Worker that accepts messages and calls no carrier: no provider's code is in its script. */
export const channelRules: Channels = Object.freeze(
  Object.assign(Object.create(null) as object, {
    sms: { ...smsRules, providers: {} },
    voice: { ...voiceRules, providers: {} },
    push: { ...pushRules, providers: {} },
    email: { ...emailRules, providers: {} },
    ussd: { ...ussdRules, providers: {} },
    chat: { ...chatRules, providers: {} },
  } satisfies Channels),
)
