import type { PolicyPack } from '#worker/domain/tenants/policy-pack.ts'

/** Rules of Iran: line classes of the Communications Regulatory Authority (CRA), لغو۱۱ and its reverse, 12. */
export const ir: PolicyPack = {
  name: 'ir',
  sources: [
    {
      about: 'purposes',
      source:
        'CRA, since 1 Ordibehesht 1392: operators divide sender numbers into advertising and service ones, and a ' +
        'service line is fined or cut for one advertising message (secondary: pardikshop.com, 3300.ir, injasms.ir). ' +
        'Lines for codes refuse all else (SMS.ir code 124). No advertising by way of foreign or shared lines: that ' +
        'would pass the blocks that people set with *800# (requirements R-11).',
    },
    {
      about: 'footers',
      source:
        'CRA consumer protection, 24 Shahrivar 1401: informational messages from service numbers end in «لغو۱۱» ' +
        '(secondary: hamshahrionline.ir/705344, asriran 858150). Single codes are exempt (requirements R-3).',
    },
    {
      about: 'informationalFrom',
      source: 'Requirements R-3: what goes to several at once is no single code or answer, and ends in «لغو۱۱».',
    },
    {
      about: 'keywords',
      source: 'The same announcement: 11 sent to that number stops it, 12 subscribes again (requirements R-4).',
    },
    {
      about: 'suppression',
      source: 'CRA resolution 270 and the announcement above, per sender number (requirements R-5).',
    },
    {
      about: 'identity',
      source:
        'Guild rules, article 6 (7-2): users are identified, «از جمله» by their mobile number (requirements S6-10, S6-13): so ' +
        'nothing goes out below a match of number and national id. What each level permits beyond that, and every number, is ' +
        'ours: no text names any (docs/decisions/0050-identity-levels.md).',
    },
    {
      about: 'licensedPurposes',
      source:
        'Guild rules, article 4 and requirements S4-4: the service is run under a licence whose number is shown; without it ' +
        'bulk is refused. Codes and answers to single people are no bulk (docs/decisions/0061-bulk-under-a-licence.md).',
    },
    {
      about: 'licensedFrom',
      source:
        'The same: what one call brings to several people is bulk, and no word of its sender makes it another thing. The number ' +
        'is that of informationalFrom.',
    },
    {
      about: 'sendingHours',
      source:
        'No CRA text found; carriers hold advertising back outside 09:00–21:00, e.g. line 2000400 (secondary: ' +
        'sms.see.co.ir; requirements R-8).',
    },
    { about: 'defaultRegion', source: 'docs/decisions/0015-who-is-meant.md.' },
    { about: 'codeCountries', source: 'docs/decisions/0047-the-guard.md: a market’s own; the operator opens others.' },
  ],
  purposes: {
    advertising: { advertising: 'any', informational: 'any', transactional: 'any', otp: 'any' },
    service: { informational: 'any', transactional: 'any', otp: 'any' },
    'shared-template': { informational: 'any', transactional: 'any', otp: 'any' },
    otp: { otp: 'any' },
    international: { informational: 'any', transactional: 'any', otp: 'any' },
  },
  informationalFrom: 2,
  footers: [{ text: '\nلغو11', purposes: ['informational'], lineClasses: ['service'], fromRecipients: 1 }],
  keywords: {
    stop: ['11', 'لغو11', 'لغو', 'stop', 'unsubscribe'],
    start: ['12', 'start'],
  },
  suppression: {
    advertising: ['line', 'tenant', 'hard'],
    informational: ['line', 'tenant', 'hard'],
    transactional: ['hard'],
    otp: ['hard'],
  },
  identity: {
    L0: { live: false, purposes: [], recipients: 0, daily: null },
    L1: { live: false, purposes: [], recipients: 0, daily: null },
    L2: { live: true, purposes: ['informational', 'transactional', 'otp'], recipients: 1_000, daily: 5_000 },
    L3: {
      live: true,
      purposes: ['advertising', 'informational', 'transactional', 'otp'],
      recipients: 'any',
      daily: null,
    },
  },
  licensedFrom: 2,
  licensedPurposes: ['advertising', 'informational'],
  sendingHours: [{ purposes: ['advertising'], timeZone: 'Asia/Tehran', from: '09:00', until: '21:00' }],
  defaultRegion: 'IR',
  codeCountries: ['IR'],
}
