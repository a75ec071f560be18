import { z } from 'zod'
import { HAZARD_FORMS, hazardFormQuery, id } from '../../contract.ts'
import { presentDocuments } from '../../database/hazard-document-store.ts'
import { attachment } from '../../documents/attachment.ts'
import { XLSX_TYPE, xlsxForm } from '../../documents/spreadsheet.ts'
import { sheetOfForm } from '../../hazards/form-sheet.ts'
import type { FormSubject } from '../../hazards/form-subject.ts'
import { hazardForm } from '../../hazards/forms.ts'
import { assessmentOf, type HazardSourceRow } from '../../hazards/hazard-source.ts'
import { principalOf } from '../access.ts'
import type { Api } from '../api.ts'
import { visibleHazardSource } from '../hazard-access.ts'
import type { HttpServices } from '../services.ts'
import { notFound } from '../territory-check.ts'

const formParams = z.object({ id, form: z.string().max(40) })

/** The official forms of a submission, or of the draft. */
export function hazardFormRoutes(app: Api, services: HttpServices): void {
  app.route({
    method: 'GET',
    url: '/api/v1/hazard-sources/:id/forms/:form',
    config: { access: 'read' },
    schema: {
      tags: ['hazard-sources'],
      summary: 'A form of the filing in Chinese, as PDF or XLSX',
      description: `One of ${HAZARD_FORMS.join(', ')}; of a submission, or of the draft (marked as one).`,
      params: formParams,
      querystring: hazardFormQuery,
      response: { 200: z.any().describe('The file.') },
    },
    handler: async (request, reply) => {
      const row = await visibleHazardSource(services, principalOf(request), request.params.id)
      const form = HAZARD_FORMS.find((name) => name === request.params.form)
      if (form === undefined) throw notFound('form', request.params.form)
      const { version, format } = request.query
      const document = hazardForm(form, await subjectOf(services, row, version))
      const fileName = `${document.title} ${document.subtitle ?? ''}.${format}`
      reply.header('content-disposition', attachment(fileName))
      return format === 'pdf'
        ? reply.type('application/pdf').send(Buffer.from(await services.pdf.write(document)))
        : reply.type(XLSX_TYPE).send(await xlsxForm([sheetOfForm(document)]))
    },
  })
}

async function subjectOf(
  { registry, hazards }: HttpServices,
  row: HazardSourceRow,
  version: number | 'draft',
): Promise<FormSubject> {
  const common = {
    sourceId: row.id,
    enterprise: registry.organization(row.organizationId)?.name ?? '',
    territory: registry.territoryNames(row.organizationId),
  }
  if (version === 'draft') {
    const snapshot = {
      dossier: row.draft,
      assessment: assessmentOf(row.draft),
      documents: presentDocuments(await hazards.documents(row.id)),
    }
    return { ...common, snapshot, version: null }
  }
  const submitted = await hazards.version(row.id, version)
  if (submitted === null) throw notFound('submission', String(version))
  return { ...common, snapshot: submitted.snapshot, version: submitted }
}
