import type { FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CodedError } from '#alerting/errors.ts'
import { PHOTO_LIMITS } from '#config/limits.ts'
import {
  type AlarmPhotoDto,
  alarmPhoto,
  evidenceQuery,
  photoParams,
  photoQuery,
} from '../../contract.ts'
import type { PhotoRow } from '../../database/photo-store.ts'
import { attachment } from '../../documents/attachment.ts'
import type { EvidenceDocument } from '../../evidence/evidence.ts'
import { type EvidencePage, evidencePage } from '../../evidence/evidence-page.ts'
import { assertPhotoSize } from '../../photos/photo-album.ts'
import { presentTimelineEntry } from '../../registry/presentation.ts'
import { principalOf } from '../access.ts'
import { type Api, anyIdParams, listOf } from '../api.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'
import { visibleAlarm } from './visible-alarm.ts'

/** Photos and frozen evidence of alarms. */
export function evidenceRoutes(app: Api, services: HttpServices): void {
  photoReadRoutes(app, services)
  evidenceRoute(app, services)
  void app.register((scope, _options, done) => {
    scope.setValidatorCompiler(leaveBody)
    scope.removeAllContentTypeParsers()
    // Whatever the sender calls it: what it is, is told by its bytes.
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: PHOTO_LIMITS.bytesMax },
      (_request, body, parsed) => parsed(null, body),
    )
    photoAddRoute(scope as unknown as Api, services)
    done()
  })
}

function photoReadRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/:id/photos',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'Photos of an alarm',
      params: anyIdParams,
      response: { 200: listOf(alarmPhoto) },
    },
    handler: async (request) => {
      const { id } = await visibleAlarm(services, principalOf(request), request.params.id)
      return { items: (await services.photos.of(id)).map(presentPhoto) }
    },
  })
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/:id/photos/:photoId',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'A photo as it was sent',
      params: photoParams,
      response: { 200: z.any().describe('The image.') },
    },
    handler: async (request, reply) => {
      const { id } = await visibleAlarm(services, principalOf(request), request.params.id)
      const found = await services.photos.read(id, request.params.photoId)
      if (found === null) throw notFound('photo', request.params.photoId)
      return (
        reply
          .type(found.photo.mediaType)
          .header('x-content-type-options', 'nosniff')
          // Nothing in it runs, whatever it is.
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header('cache-control', 'private, max-age=3600')
          .send(found.bytes)
      )
    },
  })
}

function photoAddRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'POST',
    url: '/api/v1/alarms/:id/photos',
    config: { access: 'operate', audit: 'alarm.add-photo' },
    onRequest: async (request) => {
      assertPhotoSize(Number(request.headers['content-length'] ?? 0))
    },
    schema: {
      tags: ['alarms'],
      summary: 'Add a photo: JPEG, PNG or WebP',
      description: 'The body is the file itself.',
      params: anyIdParams,
      querystring: photoQuery,
      response: { 201: alarmPhoto },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request)
      const { id } = await visibleAlarm(services, principal, request.params.id)
      const body: unknown = request.body
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
      const { name } = request.query
      const photo = await services.photos.add(id, { bytes, name, actor: principal.username })
      return reply.code(201).send(presentPhoto(photo))
    },
  })
}

function evidenceRoute(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/alarms/:id/evidence',
    config: { access: 'read' },
    schema: {
      tags: ['alarms'],
      summary: 'Readings ten minutes before and after, rule, device and who was told, frozen',
      description:
        'As JSON, exactly as its SHA-256 (header `x-evidence-sha256`) in the time line says, or as a PDF with the time line and the photos.',
      params: anyIdParams,
      querystring: evidenceQuery,
      response: { 200: z.any().describe('JSON or PDF.') },
    },
    handler: async (request, reply) => {
      const { id } = await visibleAlarm(services, principalOf(request), request.params.id)
      const row = await services.evidence.of(id)
      if (row === null) throw notFound('evidence of', id)
      const { format, language } = request.query
      reply.header('content-disposition', attachment(`vigil-evidence-${id}.${format}`))
      reply.header('x-evidence-sha256', row.sha256)
      if (format === 'json') {
        return reply.type('application/json').serializer(String).send(row.document)
      }
      const page: EvidencePage = {
        evidence: JSON.parse(row.document) as EvidenceDocument,
        sha256: row.sha256,
        timeline: (await services.alarmStore.timeline(id)).map(presentTimelineEntry),
        photos: await printable(services, id),
        language,
      }
      return reply.type('application/pdf').send(await printed(services, page))
    },
  })
}

/** A picture that is broken inside must not keep the rest from being printed; its hash stands in the time line. */
async function printed({ pdf }: HttpServices, page: EvidencePage): Promise<Buffer> {
  try {
    return await pdf.write(evidencePage(page))
  } catch (error) {
    const isPicture = error instanceof CodedError && error.code === 'document_failed'
    if (!isPicture || page.photos.length === 0) throw error
    return await pdf.write(evidencePage({ ...page, photos: [] }))
  }
}

/** What a PDF can hold; WebP pictures are named in the time line only. */
async function printable({ photos }: HttpServices, alarmId: string) {
  const rows = await photos.of(alarmId)
  const read = await Promise.all(rows.map((row) => photos.read(alarmId, row.id)))
  return read.flatMap((found) => {
    if (found === null) return []
    const { mediaType, name, addedBy } = found.photo
    if (mediaType !== 'image/jpeg' && mediaType !== 'image/png') return []
    return [{ caption: `${name} · ${addedBy}`, mediaType, bytes: found.bytes } as const]
  })
}

function presentPhoto(photo: PhotoRow): AlarmPhotoDto {
  const { id, mediaType, bytes, sha256, name, addedBy, addedAtMs } = photo
  const addedAt = new Date(addedAtMs).toISOString()
  return { id, mediaType, bytes, sha256, name, addedBy, addedAt }
}

const leaveBody: FastifySchemaCompiler<z.ZodType> = (part) =>
  part.httpPart === 'body' ? (value) => ({ value }) : validatorCompiler(part)
