const wanted = /^#\/partners\/invitation\/granularAdminRelationships\/([0-9a-fA-F-]+)$/.exec(location.hash);
if (wanted) location.replace("/approve/" + wanted[1]);
