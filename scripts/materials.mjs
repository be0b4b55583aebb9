// The list of materials (CycloneDX) of what people install: the libraries that are in the bundle, and the Node of the bundled
// programs. `npm sbom` lists what developers need as well, which a scanner would report to people who do not have it.

/**
 * The list as text, the same for the same sources. `listed` is what `npm sbom` wrote for the lock file; `libraries` names what the
 * bundle holds, as `NAME VERSION`; `node` is the version in the bundles. Throws when the lock file lacks one of them.
 */
export function materials(listed, libraries, node) {
  const { $schema, bomFormat, specVersion, version, metadata, components, dependencies } = JSON.parse(listed);
  const own = metadata.component;
  const included = libraries.map((library) => {
    const found = components.find((one) => `${one.name} ${one.version}` === library);
    if (found === undefined)
      throw new Error(`the lock file does not have ${library}, which the bundle holds`);
    return { ...found, scope: "required", properties: [] };
  });
  const runtime = {
    "bom-ref": `node@${node}`,
    type: "platform",
    name: "node",
    version: node,
    scope: "optional",
    description: "In the bundles for Windows and Linux only",
    purl: `pkg:generic/node@${node}`,
  };
  const references = new Set([...included, runtime].map((one) => one["bom-ref"]));
  const bill = {
    $schema,
    bomFormat,
    specVersion,
    version,
    metadata: { tools: metadata.tools, component: { ...own, type: "application", name: "zivsync" } },
    components: [...included, runtime],
    dependencies: [
      { ref: own["bom-ref"], dependsOn: [...references] },
      ...dependencies
        .filter(({ ref }) => references.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => references.has(one)) })),
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** `NAME VERSION` of each library in the text that `licencesOf` made. */
export function librariesOf(licences) {
  const heads = licences.split(`\n${"-".repeat(80)}\n\n`).slice(1);
  return heads.map((part) => part.slice(0, part.indexOf("\n")));
}
