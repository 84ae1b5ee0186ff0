import { expect, test } from 'vitest'
import { clientIp, clientPlace } from '#worker/lib/http/client-ip.ts'

const from = (headers: Record<string, string>, cf?: unknown): Request =>
  Object.assign(new Request('https://chapar.test/', { headers }), { cf })

test('believes CF-Connecting-IP and no other header', () => {
  const spoofs = {
    'x-forwarded-for': '6.6.6.6',
    'x-real-ip': '6.6.6.6',
    'true-client-ip': '6.6.6.6',
    forwarded: 'for=6.6.6.6',
    'x-client-ip': '6.6.6.6',
  }
  expect(clientIp(from({ ...spoofs, 'cf-connecting-ip': '192.0.2.7' }))).toBe('192.0.2.7')
  expect(clientIp(from(spoofs))).toBe('')
})

test('is empty where the header is no address', () => {
  expect(clientIp(from({ 'cf-connecting-ip': '192.0.2.7, 6.6.6.6' }))).toBe('')
  expect(clientIp(from({ 'cf-connecting-ip': "'; DROP TABLE requests" }))).toBe('')
})

test('says country, network and Ray ID as Cloudflare does, or nothing', () => {
  const headers = { 'cf-connecting-ip': '2001:db8::1', 'cf-ray': '230b030023ae2822-SJC' }
  const place = { ip: '2001:db8::1', country: 'IR', asn: 44244, ray: '230b030023ae2822-SJC' }
  expect(clientPlace(from(headers, { country: 'IR', asn: 44244 }))).toEqual(place)
  expect(clientPlace(from({}))).toEqual({ ip: '', country: null, asn: null, ray: null })
  expect(clientPlace(from({ 'cf-ray': 'x'.repeat(9_000) }, { country: 7, asn: 'AS1' }))).toMatchObject({
    country: null,
    asn: null,
    ray: null,
  })
})
