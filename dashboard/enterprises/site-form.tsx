import { Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Site } from '../../gateway/contract.ts'
import type { Plant } from '../devices/use-plant.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { type PositionFields, PositionInputs, positionOf } from './position-fields.tsx'

interface SiteFields extends PositionFields {
  readonly name: string
  readonly organizationId: string
  readonly address?: string
  readonly contactName?: string
  readonly contactPhone?: string
}

/** A new site, or a change of `site`. */
export function SiteForm(props: {
  readonly plant: Plant
  readonly site?: Site
  readonly organizationId: string | null
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [form] = Form.useForm<SiteFields>()
  const organizations = [...props.plant.organizations.values()]
  const [only] = organizations.length === 1 ? organizations : []
  const organizationId = props.organizationId ?? only?.id
  const { site } = props
  async function submit(fields: SiteFields): Promise<void> {
    const draft = {
      name: fields.name.trim(),
      organizationId: fields.organizationId,
      address: fields.address?.trim() ?? '',
      contactName: fields.contactName?.trim() ?? '',
      contactPhone: fields.contactPhone?.trim() ?? '',
      position: positionOf(fields),
    }
    if (site === undefined) await api.createSite(draft)
    else await api.changeSite(site.id, draft)
  }
  const optional = (label: string) => `${label} (${t('common.optional')})`
  return (
    <FormDialog<SiteFields>
      title={t(site === undefined ? 'enterprise.addSite' : 'enterprise.editSite')}
      form={form}
      initialValues={
        site === undefined
          ? organizationId === undefined
            ? {}
            : { organizationId }
          : { ...site, ...site.position }
      }
      submit={submit}
      onClose={props.onClose}
    >
      <Form.Item
        name="organizationId"
        label={t('enterprise.organization')}
        rules={[{ required: true, message: t('enterprise.organizationRequired') }]}
      >
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={organizations.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('enterprise.name')}
        rules={[{ required: true, whitespace: true, message: t('enterprise.nameRequired') }]}
      >
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="address" label={optional(t('enterprise.address'))}>
        <Input maxLength={200} />
      </Form.Item>
      <PositionInputs />
      <Form.Item name="contactName" label={optional(t('enterprise.contactName'))}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="contactPhone" label={optional(t('enterprise.contactPhone'))}>
        <Input maxLength={40} inputMode="tel" />
      </Form.Item>
    </FormDialog>
  )
}
