import type { RowOf } from './answers.ts'

/** An account at a provider, as the API shows it. */
export type Connection = RowOf<'/admin/v1/connections'>
/** A driver of the deployment. */
export type Provider = RowOf<'/admin/v1/providers'>
/** Connections of a tenant's channel and mode in the order in which they are tried; tenant empty: of all that have none. */
export type Route = RowOf<'/admin/v1/routes'>
/** A customer of the gateway. */
export type Tenant = RowOf<'/admin/v1/tenants'>
