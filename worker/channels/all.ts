/** ONE LINE PER CHANNEL. */
export { sms } from './sms/index.ts'
