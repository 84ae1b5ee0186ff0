/** Persian names of the roles of an account's people. The console and the guide to roles say them. */
export const ROLES = {
  owner: 'مالک',
  admin: 'مدیر',
  developer: 'توسعه‌دهنده',
  sender: 'فرستنده',
  support: 'پشتیبان',
  finance: 'مالی',
  auditor: 'حسابرس',
  viewer: 'بیننده',
} as const

/** The same of those roles of the licensee's people that no account has. */
export const LICENSEE_ROLES = { operator: 'کاردان' } as const
