export type TenantId = `ten_${string}`

/** Modes of a credential. `test` ones reach only simulated carriers, whose magic numbers mean nothing to `live` ones. */
export const MODES = ['live', 'test'] as const
export type Mode = (typeof MODES)[number]

/**
 * A tenant in one mode, `live.ten_…` or `test.ten_…`: the key of everything that a credential makes or sees, so that no
 * look-up can cross from test to live by leaving a condition out. The mode stands first, and so a realm is no tenant id, nor
 * a tenant id a realm: the compiler tells them apart.
 */
export type Realm = `${Mode}.${TenantId}`

export const realmOf = (tenantId: TenantId, mode: Mode): Realm => `${mode}.${tenantId}`
export const tenantOf = (realm: Realm): TenantId => realm.slice(5) as TenantId
export const modeOf = (realm: Realm): Mode => (realm.startsWith('test.') ? 'test' : 'live')
