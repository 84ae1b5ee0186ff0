import { chatRules } from '#worker/channels/chat/rules.ts'
import { emailRules } from '#worker/channels/email/rules.ts'
import { pushRules } from '#worker/channels/push/rules.ts'
import { smsRules } from '#worker/channels/sms/rules.ts'
import { ussdRules } from '#worker/channels/ussd/rules.ts'
import { voiceRules } from '#worker/channels/voice/rules.ts'
import type { Channels } from '#worker/domain/carriers/channel.ts'

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
