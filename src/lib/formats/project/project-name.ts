/** How a project file's name ends. */
export const projectExtension = '.confab';

/** Whether a file is a project, as its name tells. */
export function isProjectName(path: string): boolean {
	return path.toLowerCase().endsWith(projectExtension);
}
