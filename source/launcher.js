#!/usr/bin/env node
// What a user starts. The build copies it as it is, and it must parse on every Node since 8: no static import, no export,
// nothing newer than import() before the version is known.
const needed = 22;
const found = process.versions.node;

function compileCacheFolder(environment) {
	const home = environment.HOME ? `${environment.HOME}/.cache` : null;
	const cache = /^[/]/.test(environment.XDG_CACHE_HOME || '') ? environment.XDG_CACHE_HOME : home;
	return cache === null ? null : `${cache}/etcdtop/compiled`;
}

if (Number.parseInt(found, 10) < needed) {
	console.error(
		`etcdtop: needs Node ${needed} or newer, but ${process.execPath} is Node ${found}; try: nvm install ${needed}, or https://nodejs.org`,
	);
	process.exitCode = 64;
} else {
	const folder = compileCacheFolder(process.env);
	// Only makes the start quicker: a folder that cannot be written is told in its answer, which nobody needs.
	if (folder !== null && typeof process.getBuiltinModule === 'function')
		process.getBuiltinModule('node:module').enableCompileCache(folder);
	import('./cli.js');
}
