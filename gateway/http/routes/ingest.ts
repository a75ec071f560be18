import type { FastifyRequest, FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { type DeviceId, parseDeviceId } from '#alerting/reading.ts'
import { PAYLOAD_LIMITS } from '#config/limits.ts'
import { acceptedReadings, sentReadings } from '../../contract.ts'
import { type Api, idParams } from '../api.ts'
import type { HttpServices, IngestSummary } from '../services.ts'
import { notFound, visibleDevice } from '../territory-check.ts'

/**
 * Readings of a device over HTTP. The body goes to ingest as the bytes that came, so that it is
 * understood, bounded and refused exactly as over MQTT; the schema is there for the document.
 */
export function ingestRoutes(app: Api, services: HttpServices): void {
  void app.register((scope, _options, done) => {
    scope.setValidatorCompiler(leaveBody)
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: PAYLOAD_LIMITS.payloadBytesMax },
      (_request, body, parsed) => parsed(null, body),
    )
    ingestRoute(scope as unknown as Api, services)
    done()
  })
}

function ingestRoute(app: Api, { ingest, registry, clock }: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/devices/:id/readings',
    // A sender of many readings a second: what it sent stands in the journal, not in the audit log.
    config: { access: 'device', audit: null },
    schema: {
      tags: ['readings'],
      summary: 'Readings of a device: 202 means that they are on disk',
      description:
        "With the device's own token, or a token that may ingest. What is not understood is left out and told; if nothing is understood, the code is `readings_rejected`.",
      params: idParams,
      body: sentReadings,
      response: { 202: acceptedReadings },
    },
    handler: async (request, reply) => {
      const arrivedAtMs = clock.nowMs()
      const deviceId = senderOf(request, registry, request.params.id)
      const body: unknown = request.body
      const payload = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
      const topicName = `devices/${deviceId}/readings`
      const summary = await ingest.accept({ deviceId, topicName, payload, arrivedAtMs })
      if (summary.accepted + summary.duplicates === 0) throw nothingTaken(summary)
      return reply.code(202).send({
        accepted: summary.accepted,
        duplicates: summary.duplicates,
        rejected: summary.rejected.map((part) => ({ ...part })),
      })
    },
  })
}

function senderOf(
  { caller }: FastifyRequest,
  registry: HttpServices['registry'],
  id: string,
): DeviceId {
  if (caller !== null && caller.kind !== 'device') visibleDevice(registry, caller.principal, id)
  const deviceId = parseDeviceId(id)
  if (deviceId === null) throw notFound('device', id)
  return deviceId
}

function nothingTaken({ rejected }: IngestSummary): CodedError<'readings_rejected'> {
  return new CodedError('readings_rejected', 'Nothing of this could be taken as a reading.', {
    details: {
      issues: rejected.map(({ point, reason, detail }) => ({
        path: point ?? '',
        message: `${reason}: ${detail}`,
      })),
    },
  })
}

const leaveBody: FastifySchemaCompiler<z.ZodType> = (part) =>
  part.httpPart === 'body' ? (value) => ({ value }) : validatorCompiler(part)
