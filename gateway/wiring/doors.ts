import { readFileSync } from 'node:fs'
import { CodedError } from '#alerting/errors.ts'
import { parseDeviceId } from '#alerting/reading.ts'
import type { Settings } from '#config/schema.ts'
import { EmbeddedBroker } from '../broker/embedded-broker.ts'
import type { Ground } from './ground.ts'
import type { Plant } from './plant.ts'
import type { ReadingPath } from './reading-path.ts'
import type { Watchers } from './watchers.ts'

/** Where devices come in; it listens once `app.ts` starts it. */
export function openBroker(
  { clock, logger }: Ground,
  { credentials, registry }: Plant,
  { ingest, inbox, journal }: ReadingPath,
  { presence }: Watchers,
): EmbeddedBroker {
  /** The registry's own text of it: whatever is looked up by it later is found without comparing letters. */
  const idAsRegistered = (id: string) => parseDeviceId(registry.device(id)?.id ?? '')
  return new EmbeddedBroker({
    clock,
    logger,
    access: {
      authenticate: async ({ username, password }) =>
        credentials.verify(username, password.toString('utf8')) ? idAsRegistered(username) : null,
      authenticateCertificate: async ({ commonName }) => idAsRegistered(commonName),
    },
    publishReceived: (message, depositor, ticket) => ingest.take(message, depositor, ticket),
    backlog: () => journal.backlog(),
    publishRefused: ({ deviceId, topicName, payload, arrivedAtMs, reason }) =>
      inbox.record({
        deviceId,
        receivedAtMs: arrivedAtMs,
        topic: topicName,
        reason,
        detail: '',
        payload,
        payloadBytes: payload.length,
      }),
    deviceConnected: (deviceId) => presence.connected(deviceId),
    deviceDisconnected: (deviceId) => presence.disconnected(deviceId),
    identityContested: (deviceId, info) =>
      logger.warn({ deviceId, ...info }, 'one identity is used from several places'),
  })
}

export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
  readonly clientCa?: Buffer
}

export function readTls({ tls }: Settings): TlsFiles | null {
  const { certFile, keyFile, clientCaFile } = tls
  if (certFile === null || keyFile === null) return null
  try {
    return {
      cert: readFileSync(certFile),
      key: readFileSync(keyFile),
      ...(clientCaFile === null ? {} : { clientCa: readFileSync(clientCaFile) }),
    }
  } catch (error) {
    throw new CodedError(
      'tls_unreadable',
      `A TLS file cannot be read: ${(error as Error).message}`,
      { cause: error },
    )
  }
}

export function mqttAddresses({ host, mqtt }: Settings, tls: TlsFiles | null) {
  return {
    plain: mqtt.port === 'off' ? null : { host, port: mqtt.port },
    tls: tls === null || mqtt.tlsPort === 'off' ? null : { host, port: mqtt.tlsPort, ...tls },
  }
}

/** A port that somebody else has is the operator's to mend, not a crash. */
export async function listening<Result>(what: string, opened: Promise<Result>): Promise<Result> {
  try {
    return await opened
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || !LISTEN_REFUSALS.has(code)) throw error
    throw new CodedError('port_unavailable', `${what} cannot listen: ${message}.`, {
      hint: 'Another program has the port, or it needs rights: choose another (VIGIL_HTTP_PORT, VIGIL_MQTT_PORT).',
      cause: error,
    })
  }
}

const LISTEN_REFUSALS = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'])
