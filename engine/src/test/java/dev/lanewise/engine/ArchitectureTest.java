package dev.lanewise.engine;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of the packages, and what only one of them may do. */
@Tag("once")
class ArchitectureTest {
  private static final String ROOT = "dev.lanewise.engine.";

  private static final JavaClasses ENGINE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.lanewise.engine");

  @ParameterizedTest(name = "{0} uses only [{1}]")
  @CsvSource(
      value = {
        "memory, ''",
        "kernel.scalar, memory",
        "kernel.simd, memory",
        "event, ''",
        "kernel, kernel.scalar kernel.simd memory event",
        "parallel, memory",
        "loss, kernel memory",
        "optim, kernel memory",
        "init, kernel memory",
        "model, kernel loss init memory",
        "infer, model kernel memory event",
        "train, model optim loss parallel kernel memory event",
        "io, model train optim memory"
      })
  void aPackageUsesOnlyThoseBelowIt(String from, String below) {
    List<String> allowed = new ArrayList<>(List.of(ROOT + from));
    for (String name : below.split(" ", 0)) {
      allowed.add(ROOT + name);
    }
    DescribedPredicate<JavaClass> notBelow =
        resideInAnyPackage("dev.lanewise..")
            .and(DescribedPredicate.not(resideInAnyPackage(allowed.toArray(new String[0]))))
            .as("classes of packages that are not below");

    noClasses()
        .that()
        .resideInAPackage(ROOT + from)
        .should()
        .dependOnClassesThat(notBelow)
        .allowEmptyShould(true)
        .check(ENGINE);
  }

  @Test
  void everyClassIsInAPackageOfTheTable() {
    classes()
        .should()
        .resideInAnyPackage(
            ROOT + "memory",
            ROOT + "event",
            ROOT + "kernel",
            ROOT + "kernel.scalar",
            ROOT + "kernel.simd",
            ROOT + "parallel",
            ROOT + "loss",
            ROOT + "optim",
            ROOT + "init",
            ROOT + "model",
            ROOT + "infer",
            ROOT + "train",
            ROOT + "io")
        .check(ENGINE);
  }

  @Test
  void onlyTheSimdKernelsUseTheVectorModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "kernel.simd")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .allowEmptyShould(true)
        .check(ENGINE);
  }

  @Test
  void onlyMemoryTakesTheBoundsOffASegment() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "memory")
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "it is MemorySegment.reinterpret",
                call ->
                    call.getTargetOwner().isEquivalentTo(MemorySegment.class)
                        && call.getName().equals("reinterpret")))
        .allowEmptyShould(true)
        .check(ENGINE);
  }

  @Test
  void noMemoryWaitsForTheGarbageCollector() {
    noClasses().should().callMethod(Arena.class, "ofAuto").check(ENGINE);
  }

  @Test
  void nothingUsesUnsafe() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("sun.misc.Unsafe")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("jdk.internal..")
        .check(ENGINE);
  }
}
