import type { PolicyPack } from '#worker/domain/tenants/policy-pack.ts'

/** Rules of opt-in markets: STOP and START, no footer. */
export const generic: PolicyPack = {
  name: 'generic',
  sources: [
    { about: 'purposes', source: 'Requirements R-2: advertising never goes out on a service line.' },
    {
      about: 'keywords',
      source:
        'US 47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel and unsubscribe are reasonable ways to ' +
        'revoke consent (from memory). Persian forms as in the pack `ir`, whose bare numbers mean something else here.',
    },
    { about: 'suppression', source: 'Requirements R-5.' },
    {
      about: 'identity',
      source:
        'docs/decisions/0050-identity-levels.md: no law of a market, so a verified number may send codes and receipts.',
    },
    {
      about: 'licensedPurposes',
      source: 'docs/decisions/0061-bulk-under-a-licence.md: no market, so nobody asks for a licence.',
    },
    { about: 'licensedFrom', source: 'The same.' },
    { about: 'defaultRegion', source: 'docs/decisions/0015-who-is-meant.md: no market, so nobody’s national forms.' },
    {
      about: 'codeCountries',
      source: 'docs/decisions/0047-the-guard.md: no market, so ceilings alone bound what is spent.',
    },
  ],
  purposes: {
    advertising: { advertising: 'any', informational: 'any', transactional: 'any', otp: 'any' },
    service: { informational: 'any', transactional: 'any', otp: 'any' },
    'shared-template': { informational: 'any', transactional: 'any', otp: 'any' },
    otp: { otp: 'any' },
    international: { advertising: 'any', informational: 'any', transactional: 'any', otp: 'any' },
  },
  informationalFrom: null,
  footers: [],
  keywords: {
    stop: ['stop', 'stopall', 'unsubscribe', 'end', 'quit', 'cancel', 'revoke', 'optout', 'لغو', 'لغو11'],
    start: ['start', 'unstop'],
  },
  suppression: {
    advertising: ['line', 'tenant', 'hard'],
    informational: ['line', 'tenant', 'hard'],
    transactional: ['hard'],
    otp: ['hard'],
  },
  identity: {
    L0: { live: false, purposes: [], recipients: 0, daily: null },
    L1: { live: true, purposes: ['transactional', 'otp'], recipients: 1, daily: 200 },
    L2: { live: true, purposes: ['informational', 'transactional', 'otp'], recipients: 1_000, daily: 10_000 },
    L3: {
      live: true,
      purposes: ['advertising', 'informational', 'transactional', 'otp'],
      recipients: 'any',
      daily: null,
    },
  },
  licensedFrom: null,
  licensedPurposes: [],
  sendingHours: [],
  defaultRegion: null,
  codeCountries: null,
}
