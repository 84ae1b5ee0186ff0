/** ONE LINE PER CHANNEL: its rules, for Workers that accept messages and call no carrier. */

export { chatRules as chat } from '#worker/channels/chat/rules.ts'
export { emailRules as email } from '#worker/channels/email/rules.ts'
export { pushRules as push } from '#worker/channels/push/rules.ts'
export { smsRules as sms } from '#worker/channels/sms/rules.ts'
export { ussdRules as ussd } from '#worker/channels/ussd/rules.ts'
export { voiceRules as voice } from '#worker/channels/voice/rules.ts'
