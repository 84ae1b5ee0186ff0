/** ONE LINE PER CHANNEL, with its providers. */

export { chat } from '#worker/channels/chat/index.ts'
export { email } from '#worker/channels/email/index.ts'
export { push } from '#worker/channels/push/index.ts'
export { sms } from '#worker/channels/sms/index.ts'
export { ussd } from '#worker/channels/ussd/index.ts'
export { voice } from '#worker/channels/voice/index.ts'
