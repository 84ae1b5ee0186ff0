/** ONE LINE PER CHANNEL. */

export { chat } from './chat/index.ts'
export { email } from './email/index.ts'
export { push } from './push/index.ts'
export { sms } from './sms/index.ts'
export { ussd } from './ussd/index.ts'
export { voice } from './voice/index.ts'
