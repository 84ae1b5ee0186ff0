import { words } from './language.ts'

/** Levels of identity, as the API names them. */
export type IdentityLevel = 'L0' | 'L1' | 'L2' | 'L3'

/** Name of each level of identity, and what was proven of who has it. */
export const levelWords = words(
  {
    L0: { name: 'Level 0', proven: 'An e-mail address' },
    L1: { name: 'Level 1', proven: 'Your mobile number, by a code' },
    L2: { name: 'Level 2', proven: 'Your national id, to which the registry says your number belongs' },
    L3: { name: 'Level 3', proven: 'A company, by papers that the operator approved' },
  },
  {
    L0: { name: 'سطح ۰', proven: 'نشانی رایانامه' },
    L1: { name: 'سطح ۱', proven: 'شمارهٔ همراه شما، با کد' },
    L2: { name: 'سطح ۲', proven: 'ثبت بودن شماره به نام دارندهٔ کد ملی شما، به گفتهٔ سامانهٔ استعلام' },
    L3: { name: 'سطح ۳', proven: 'شخص حقوقی، با مدارکی که گرداننده پذیرفته است' },
  },
)

/** Names of what a message is for. */
export const purposeNames = words(
  { advertising: 'advertising', informational: 'informational', transactional: 'transactional', otp: 'codes' },
  { advertising: 'تبلیغاتی', informational: 'اطلاع‌رسانی', transactional: 'خدماتی', otp: 'کد تأیید' },
)
