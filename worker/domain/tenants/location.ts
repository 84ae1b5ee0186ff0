/**
 * Regions of the platform that an object may be made near
 * (developers.cloudflare.com/durable-objects/reference/data-location, location hints).
 */
export const LOCATIONS = [
  'wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'apac-ne', 'apac-se', 'oc', 'afr', 'me',
] as const // biome-ignore format: a list of names reads better in a row

/** Region near which a tenant's objects are made. */
export type Location = (typeof LOCATIONS)[number]

/** Territories that a deployment's objects may be bound to: they run and store there alone. */
export const JURISDICTIONS = ['eu', 'us', 'fedramp', 'fedramp-high'] as const
export type Jurisdiction = (typeof JURISDICTIONS)[number]
