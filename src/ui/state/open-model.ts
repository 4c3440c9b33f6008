/** Which model is open, and what belongs to it. Pure. */
import { isSameModel, parseModelId } from '../../records/model-id.ts';
import type { BenchState } from './bench-store.ts';
import { defaultModel } from './default-experiment.ts';

type Open = Pick<BenchState, 'info' | 'served' | 'folder'>;

/** The id of the open model; the served folder's name until its weights are here. */
export function openModel({ info, served }: Pick<Open, 'info' | 'served'>): string {
  return info?.modelId ?? served;
}

/** True for what names the open model. A name without a hash is of a served folder, never of one that a person chose. */
export function isOpenModel(state: Open, id: string): boolean {
  const isNamed = parseModelId(id)?.hash === null;
  return state.folder !== null && isNamed ? false : isSameModel(id, openModel(state));
}

/** The folder below models/ that a link's model lies in; null for one that only its owner has. */
export function servedFolder(id: string | undefined): string | null {
  const model = parseModelId(id ?? defaultModel);
  if (model === null) return null;
  return model.hash === null || model.name === defaultModel ? model.name : null;
}

/** What an experiment with the open model has to say of it in its link. */
export function modelField({ info, served, folder }: Open): { readonly model?: string } {
  if (folder !== null) return { model: openModel({ info, served }) };
  return served === defaultModel ? {} : { model: served };
}
