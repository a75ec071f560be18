import type { Profile } from '../../gateway/contract.ts'

export interface ConnectTarget {
  readonly deviceId: string
  readonly token: string
  readonly host: string
  readonly mqttPort: number
  readonly isTls: boolean
  /** Where this page came from, e.g. `http://10.0.0.5:8080`. */
  readonly origin: string
  readonly profile: Profile | undefined
}

/** Inside single quotes a shell takes everything as it is, except a single quote. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A first reading that this type of device would send, well within its range. */
export function sampleReading(profile: Profile | undefined): string {
  const point = profile?.points.find(({ primary }) => primary) ?? profile?.points[0]
  if (point === undefined) return '{"values":{"value":1}}'
  return JSON.stringify({ values: { [point.name]: sampleValue(point) } })
}

function sampleValue(point: Profile['points'][number]): number | boolean {
  if (point.kind === 'boolean') return false
  // Air holds 20.9 % of oxygen; anything much lower would be an alarm.
  if (point.name === 'oxygen') return 20.9
  if (point.range === null) return 1
  const { min, max } = point.range
  return Number((min + (max - min) * 0.02).toPrecision(2))
}

export function mosquittoCommand(target: ConnectTarget): string {
  const tls = target.isTls ? ' --tls-use-os-certs' : ''
  return [
    `mosquitto_pub -h ${target.host} -p ${target.mqttPort}${tls} -q 1`,
    `-u ${shellQuote(target.deviceId)} -P ${shellQuote(target.token)}`,
    `-t ${shellQuote(`devices/${target.deviceId}/readings`)}`,
    `-m ${shellQuote(sampleReading(target.profile))}`,
  ].join(' \\\n  ')
}

export function mqttUrl(target: ConnectTarget): string {
  const user = encodeURIComponent(target.deviceId)
  const password = encodeURIComponent(target.token)
  return `${target.isTls ? 'mqtts' : 'mqtt'}://${user}:${password}@${target.host}:${target.mqttPort}`
}

export function curlCommand(target: ConnectTarget): string {
  const url = `${target.origin}/api/v1/devices/${encodeURIComponent(target.deviceId)}/readings`
  return [
    `curl ${shellQuote(url)}`,
    `-H ${shellQuote(`Authorization: Bearer ${target.token}`)}`,
    `-H 'Content-Type: application/json'`,
    `-d ${shellQuote(sampleReading(target.profile))}`,
  ].join(' \\\n  ')
}
